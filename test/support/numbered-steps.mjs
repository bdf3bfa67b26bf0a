/**
 * Loaded into a command under test (`node --import`): numbers its steps into the world, each a moment before and one
 * after it, and kills the process with SIGKILL at one of them. The product knows nothing of it.
 *
 * STEPS_KILL_AT: `17` (the 17th moment) or `2 after link .*_payments/` (the second moment whose name matches).
 * STEPS_FILE: a line for each moment passed.
 */
import { appendFileSync } from 'node:fs';
import files from 'node:fs/promises';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

const { STEPS_KILL_AT: killAt = '', STEPS_FILE: file } = process.env;
const [, number, pattern] = /^(\d+)(?: (.*))?$/.exec(killAt) ?? [];
const wanted = pattern === undefined ? /^/ : new RegExp(pattern);
let left = Number(number ?? Number.POSITIVE_INFINITY);

function pass(name) {
  if (file) appendFileSync(file, `${name}\n`);
  if (wanted.test(name) && --left < 0) process.kill(process.pid, 'SIGKILL');
}

for (const action of ['link', 'rename', 'unlink']) {
  const original = files[action];
  files[action] = async (...given) => {
    const name = `${action} ${given.at(-1)}`;
    pass(`before ${name}`);
    const result = await original(...given);
    pass(`after ${name}`);
    return result;
  };
}

const request = http.request;
http.request = (options, ...rest) => {
  const target = options.headers?.['x-amz-target'] ?? options.headers?.['X-Amz-Target'];
  const name = `${options.method} ${target ?? String(options.path).split('?')[0]}`;
  pass(`before ${name}`);
  const sent = request(options, ...rest);
  sent.on('response', (response) => response.on('end', () => pass(`after ${name}`)));
  return sent;
};
syncBuiltinESMExports();
