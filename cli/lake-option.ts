import { InvalidArgumentError, Option } from 'commander';

const defaultLake = './lake';

/** The one option every command has. */
export const lakeOption = (): Option =>
  new Option('--lake <dir>', "the lake's folder").default(defaultLake).argParser((dir: string) => {
    if (dir.trim() === '') throw new InvalidArgumentError('It is a folder, got nothing.');
    return dir;
  });
