import { InvalidArgumentError, Option } from 'commander';

const defaultLake = './lake';

/** The option of every command that works on a lake. */
export const lakeOption = (): Option => lakeOptionOf("the lake's folder").default(defaultLake);

/** The same without a default, for a command that needs no lake. */
export const lakeOptionOf = (meaning: string): Option =>
  new Option('--lake <dir>', meaning).argParser((dir: string) => {
    if (dir.trim() === '') throw new InvalidArgumentError('It is a folder, got nothing.');
    return dir;
  });
