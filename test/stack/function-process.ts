import { readdir, readFile } from 'node:fs/promises';

/**
 * The process an instance's function runs in: a child of the emulator's.
 *
 * @returns its pid; null while none runs
 */
export async function functionProcess(emulator: number, functionName: string): Promise<number | null> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    const parent = / [A-Z] (\d+) /.exec((await read('stat')).replace(/\(.*\)/s, ''))?.[1];
    if (Number(parent) !== emulator) continue;
    if ((await read('environ')).split('\0').includes(`AWS_LAMBDA_FUNCTION_NAME=${functionName}`)) return Number(name);
  }
  return null;
}

/** Whether a process is there, be it stopped. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
