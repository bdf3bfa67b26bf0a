import base from './jest.config.js';

/** Tests of the report's page in a real Chromium: `npm run test:report`. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/report/**/*.report.ts'],
  testTimeout: 120_000,
  verbose: true,
};
