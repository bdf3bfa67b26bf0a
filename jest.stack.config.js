import base from './jest.config.js';

/** Tests on a stack that runs: `npm run test:stack` deploys it and then starts jest with this. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/stack/**/*.stack.ts'],
  testTimeout: 240_000,
  // Most of the time is waiting for functions; each file has instances of its own.
  maxWorkers: 2,
  verbose: true,
};
