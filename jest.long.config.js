import base from './jest.config.js';

/** The long form of the proofs: `npm run test:long` starts it, says how long, and adds up what came of it. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/long/**/*.long.ts'],
  testTimeout: 24 * 60 * 60_000,
  globals: { minutes: 30, schedules: 1000, pairs: 3000, kills: 1000, seed: 20261122, figuresFile: null },
  verbose: true,
};
