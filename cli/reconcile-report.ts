import type { ReconciliationJson } from '../lambdas/upkeep/reconciliation-json.ts';
import type { CommandIo } from './command-io.ts';
import { plainTable } from './plain-table.ts';

/** Ids of each kind that are printed; `--json` has them all. */
const mostIds = 20;

const number = (value: number): string => value.toLocaleString('en');

export const payments = (count: number): string => (count === 1 ? '1 payment' : `${number(count)} payments`);

const header = ['source', 'status', 'in the API', 'in the warehouse', 'difference', 'verdict'];

/** All countings as one table: of each source the whole list, then its statuses that hold a payment. */
function reconciliationTable(reconciliations: readonly ReconciliationJson[]): string {
  const rows = reconciliations.flatMap(({ source, counts }) =>
    counts
      .filter(({ status, inApi, inWarehouse }) => status === null || inApi + inWarehouse > 0)
      .map(({ status, inApi, inWarehouse, difference, verdict }) => [
        source,
        status ?? 'all',
        number(inApi),
        number(inWarehouse),
        difference > 0 ? `+${number(difference)}` : number(difference),
        verdict,
      ]),
  );
  return plainTable(header, rows, (column) => column >= 2 && column <= 4);
}

/** What somebody should know of one counting beside its numbers, a line each; none when all is equal. */
function reconciliationNotes(told: ReconciliationJson): string[] {
  const { source, verdict, duplicates, explanation, before, left } = told;
  const notes: string[] = [];
  if (before && !left) notes.push(`repaired; before it the verdict was ${before.verdict}`);
  if (before && left) notes.push(`read again, and not equal yet; before it the verdict was ${before.verdict}`);
  if (verdict === 'moving') notes.push('the API changed while it was counted: count again in a while');
  if (duplicates > 0 && !explanation) notes.push(`${number(duplicates)} ids have more than one created_at`);
  if (left) notes.push(...namedPayments(left, 'still '), ...whatToDoAboutLeft(source, left));
  else if (explanation) notes.push(...namedPayments(explanation));
  if ((left ?? explanation)?.found.surplus) notes.push(whatToDoAboutSurplus(source));
  return notes.map((note) => `${source}: ${note}`);
}

/** A line for each kind of payments there are. @param how before what they are */
function namedPayments(explanation: NonNullable<ReconciliationJson['explanation']>, how = ''): string[] {
  const { missing, differing, doubled, surplus, found } = explanation;
  const kinds = [
    { what: 'missing in the warehouse', ids: missing, count: found.missing },
    { what: 'differing', ids: differing, count: found.differing },
    { what: 'with more than one created_at', ids: doubled, count: found.doubled },
    { what: 'in the warehouse and not on the lists of the API', ids: surplus, count: found.surplus },
  ];
  return kinds.flatMap(({ what, ids, count }) => {
    const more = count > mostIds ? ` and ${number(count - mostIds)} more, all with --json` : '';
    return count === 0 ? [] : [`${number(count)} ${how}${what}: ${ids.slice(0, mostIds).join(', ')}${more}`];
  });
}

/** Each was read by itself or by its list. */
const whatToDoAboutLeft = (source: string, { found }: NonNullable<ReconciliationJson['left']>): string[] =>
  found.missing + found.differing + found.doubled === 0
    ? []
    : [
        `those were read and written again, so the API has changed since, or its lists contradict each other: run payments-lake reconcile ${source} --repair once more; if they stay, payments-lake sync ${source} --backfill reads everything`,
      ];

const whatToDoAboutSurplus = (source: string): string =>
  `nothing is deleted by a repair: payments deleted at the API are marked after two full readings that do not see them, run payments-lake sync ${source} --backfill twice`;

/** One line for who did not ask; null when there is nothing to tell. */
export function differenceLine({ source, verdict, difference, duplicates }: ReconciliationJson): string | null {
  if (verdict === 'equal' || verdict === 'moving') return null;
  const doubled = duplicates > 0 ? `, ${number(duplicates)} ids stand twice` : '';
  return `${source}: the warehouse and the API differ by ${payments(difference)} (${verdict}${doubled}): run payments-lake reconcile ${source} --explain`;
}

export function writeReconciliations(counted: readonly ReconciliationJson[], json: boolean, io: CommandIo): void {
  if (json) io.stdout.write(`${JSON.stringify({ reconciliations: counted })}\n`);
  else if (counted.length > 0) {
    const notes = counted.flatMap(reconciliationNotes);
    io.stdout.write(`${[reconciliationTable(counted), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')}\n`);
  }
}
