/** The headings of docs/runbook.md: one for each kind of alarm. A test holds the two together. */
export const runbook = {
  syncFailed: 'A sync failed',
  notFresh: 'No completed sync in 26 hours',
  undelivered: 'An event was not delivered',
  gaveUp: 'A function failed at every try',
  throttled: 'The API asks to slow down',
  different: 'The warehouse and the API differ',
  totalShort: 'The list is short of the total',
  deletionsHeldBack: 'Too many payments look deleted',
  unknownFields: 'Fields that the declaration does not know',
  misfits: 'Values that did not fit their column',
  unknownValues: 'Words that the API does not document',
  compactionFailed: 'A compaction failed',
} as const;

export type RunbookEntry = keyof typeof runbook;

/** As GitHub and most others make an anchor of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

export const runbookLink = (entry: RunbookEntry): string => `docs/runbook.md#${anchor(runbook[entry])}`;
