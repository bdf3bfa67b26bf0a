import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { description } from './stack.ts';

const command = join(__dirname, '..', '..', 'cli', 'payments-lake.js');

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command as somebody types it, with the emulator's credentials and endpoint in the environment. */
export const payLakeOf = (stack: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: description.folder, ...description.env };
    execFile(command, [...args, '--stack', stack], { env, timeout: 200_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

/** The same, of the stack that is tested. */
export const payLake = (...args: string[]): Promise<Ended> => payLakeOf('PaymentsLake-test', ...args);
