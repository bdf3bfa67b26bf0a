/**
 * Preloaded into every node process of a synth: each connection to a network is refused, and noted in the file that
 * ATTEMPTS_FILE names. Pipes between processes of this machine are let through.
 */
const { appendFileSync } = require('node:fs');
const { Socket, _normalizeArgs: normalizeArgs } = require('node:net');

const { connect } = Socket.prototype;

Socket.prototype.connect = function (...given) {
  const [options] = normalizeArgs(Array.isArray(given[0]) ? given[0] : given);
  if (options.path) return connect.apply(this, given);
  appendFileSync(process.env.ATTEMPTS_FILE, `${options.host}:${options.port} by ${process.argv.join(' ')}\n`);
  throw new Error(`a synth needs no network, and asked for ${options.host}:${options.port}`);
};
