import { readdir, readFile, readlink } from 'node:fs/promises';

/** Pids of a process's children. Linux only, as all of this file. */
async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = [];
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // After the command's name, which may hold anything: state, then the parent.
    if (stat.slice(stat.lastIndexOf(')')).split(' ')[2] === String(parent)) children.push(Number(name));
  }
  return children;
}

/**
 * Which child of a process has a connection: a function's process, by a request it sent.
 *
 * @param parent pid of the emulator
 * @param port its own port of a connection to loopback
 * @throws if no child has it
 */
export async function childWithConnection(parent: number, port: number): Promise<number> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((row) => row.trim().split(/\s+/));
  const inode = rows.find((cells) => cells[1]?.endsWith(local))?.[9];
  for (const pid of await childrenOf(parent)) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (links.includes(`socket:[${inode}]`)) return pid;
  }
  throw new Error(`no child of ${parent} has a connection from port ${port}`);
}

/** The environment a function that was invoked runs in. @throws if none of its processes is there */
export async function environmentOf(parent: number, functionName: string): Promise<Map<string, string>> {
  for (const pid of await childrenOf(parent)) {
    const lines = (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0');
    const variables = new Map(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    if (variables.get('AWS_LAMBDA_FUNCTION_NAME') === functionName) return variables;
  }
  throw new Error(`no process of ${functionName} is there`);
}

/** Whether a process is there, be it stopped. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
