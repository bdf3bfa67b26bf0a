import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * Which child of a process has a connection: a function's process, by a request it sent. Linux only.
 *
 * @param parent pid of the emulator
 * @param port its own port of a connection to loopback
 * @throws if no child has it
 */
export async function childWithConnection(parent: number, port: number): Promise<number> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((row) => row.trim().split(/\s+/));
  const inode = rows.find((cells) => cells[1]?.endsWith(local))?.[9];
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // After the command's name, which may hold anything: state, then the parent.
    if (stat.slice(stat.lastIndexOf(')')).split(' ')[2] !== String(parent)) continue;
    const descriptors = await readdir(`/proc/${name}/fd`).catch(() => []);
    const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${name}/fd/${fd}`).catch(() => '')));
    if (links.includes(`socket:[${inode}]`)) return Number(name);
  }
  throw new Error(`no child of ${parent} has a connection from port ${port}`);
}

/** Whether a process is there, be it stopped. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
