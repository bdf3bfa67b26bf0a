import { measured } from './measured.ts';

/** What any reader of the API has to pay at least: fetch and JSON.parse, page after page. Run by bench/sync.ts. */
const [, , baseUrl, key] = process.argv as [string, string, string, string];

await measured(async () => {
  let cursor = '';
  let payments = 0;
  for (;;) {
    const url = `${baseUrl}/v1/payments/?limit=100${cursor && `&starting_after=${cursor}`}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
    const page = JSON.parse(await answer.text()) as { data: { id: string }[]; has_more: boolean };
    payments += page.data.length;
    cursor = page.data.at(-1)?.id ?? '';
    if (!page.has_more) return payments;
  }
});
