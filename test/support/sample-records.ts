import type { SampleApi, SampleOptions } from '../../local/sample-apis/sample-api.ts';

/** Payments of a sample API as a page's body gives them: through JSON. */
export async function sampleRecords(
  start: (options: SampleOptions) => Promise<SampleApi>,
  payments: number,
): Promise<Record<string, unknown>[]> {
  const api = await start({ payments });
  try {
    return JSON.parse(JSON.stringify([...api.all()])) as Record<string, unknown>[];
  } finally {
    await api.close();
  }
}
