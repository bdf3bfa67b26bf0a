import { PassThrough } from 'node:stream';
import type { CommandIo } from '../../cli/command-io.ts';

/** A process that a command can run in, and what it wrote. */
export function collectedIo(env: CommandIo['env'] = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const controller = new AbortController();
  const taken = (stream: PassThrough): string => String(stream.read() ?? '');
  const io: CommandIo = { stdout, stderr, env, interrupted: controller.signal };
  return { io, out: () => taken(stdout), err: () => taken(stderr), interrupt: () => controller.abort() };
}
