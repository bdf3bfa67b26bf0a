import type { SampleApi, SampleOptions } from '../../local/sample-apis/sample-api.ts';
import { doctored } from './doctored-answers.ts';

/** A sample API that can withhold payments: they are neither on its lists nor in its totals, until they are given back. */
export interface WithholdingApi {
  readonly api: SampleApi;
  /** Ids. */
  readonly withheld: Set<string>;
}

/** @param onPage runs before a page is answered; a number is the status that is answered instead */
export async function withholding(
  start: (options: Pick<SampleOptions, 'intercept'>) => Promise<SampleApi>,
  cursorParam: 'starting_after' | 'cursor',
  onPage: (url: URL, api: SampleApi) => number | undefined = () => undefined,
): Promise<WithholdingApi> {
  const withheld = new Set<string>();
  const api = await doctored(start, cursorParam, async ({ url }, own) => {
    const status = onPage(url, api);
    if (status !== undefined) return status;
    if (withheld.size === 0) return undefined;
    const page = await own();
    const asked = url.searchParams.get('status');
    const fits = [...withheld].filter((id) => asked === null || api.byId(id)?.status === asked);
    return {
      ...page,
      data: page.data.filter(({ id }) => !withheld.has(id as string)),
      ...(page.total === undefined ? {} : { total: page.total - fits.length }),
    };
  });
  return { api, withheld };
}
