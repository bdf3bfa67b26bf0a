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
function reconciliationNotes({ source, verdict, duplicates, explanation, before }: ReconciliationJson): string[] {
  const notes: string[] = [];
  if (before) notes.push(`${source}: repaired; before it the verdict was ${before.verdict}`);
  if (verdict === 'moving') notes.push(`${source}: the API changed while it was counted: count again in a while`);
  if (duplicates > 0 && !explanation) notes.push(`${source}: ${number(duplicates)} ids have more than one created_at`);
  if (!explanation) return notes;
  const told = [
    { what: 'missing in the warehouse', ids: explanation.missing, found: explanation.found.missing },
    { what: 'differing', ids: explanation.differing, found: explanation.found.differing },
    { what: 'with more than one created_at', ids: explanation.doubled, found: explanation.found.doubled },
    {
      what: 'in the warehouse and not on the lists of the API',
      ids: explanation.surplus,
      found: explanation.found.surplus,
    },
  ];
  for (const { what, ids, found } of told) {
    if (found === 0) continue;
    const more = found > mostIds ? ` and ${number(found - mostIds)} more, all with --json` : '';
    notes.push(`${source}: ${number(found)} ${what}: ${ids.slice(0, mostIds).join(', ')}${more}`);
  }
  if (explanation.found.surplus > 0) notes.push(`${source}: ${whatToDoAboutSurplus(source)}`);
  return notes;
}

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
