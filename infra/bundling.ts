/**
 * How a function is bundled, in esbuild's own words. The deployment bundles with it and bench/cold-start.ts measures
 * with it: what is measured is what is deployed.
 */
export const bundling = {
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  format: 'cjs',
  target: 'node24',
  // The CommonJS builds of the SDK cannot be shaken: the bundle would be half as large again.
  mainFields: ['module', 'main'],
  // The SDK of this lock file, not the one the runtime has that week.
  external: [],
  // parquetjs-lite assigns to names it never declared, which dies under the "use strict" a tsconfig brings.
  tsconfigRaw: '{}',
} as const;

/** The sync function's entry, from the repository's root. */
export const syncEntry = 'lambdas/handlers/sync.ts';

/** The compaction function's. */
export const compactEntry = 'lambdas/handlers/compact.ts';
