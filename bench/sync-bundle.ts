import { build, type Metafile } from 'esbuild';
import { bundling, syncEntry } from '../infra/bundling.ts';

/** The most that a sync function's bundle may have, bytes: each megabyte is some ten milliseconds of each cold start. */
export const mostBundleBytes = 1.5 * 1024 * 1024;

/**
 * Bundles the sync function, or another, as the deployment does.
 *
 * @param outfile null: nothing is written
 */
export async function bundleSync(outfile: string | null, entry: string = syncEntry): Promise<Metafile> {
  const { metafile } = await build({
    ...bundling,
    mainFields: [...bundling.mainFields],
    external: [...bundling.external],
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    outfile: outfile ?? 'index.js',
    write: outfile !== null,
    metafile: true,
    logLevel: 'error',
  });
  return metafile;
}
