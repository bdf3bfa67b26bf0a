import base from './jest.config.js';

/** Tests on a Trino that runs: `npm run test:athena` starts it and then jest with this. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/athena/**/*.athena.ts'],
  testTimeout: 240_000,
  verbose: true,
};
