import base from './jest.config.js';

/** Tests on templates, and on what `cdk synth` makes of the app as it is: `npm run test:synth`. One synth takes longer than a test should. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/{synth,infra}/**/*.synth.ts'],
  testTimeout: 240_000,
  verbose: true,
};
