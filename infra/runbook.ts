/** The headings of docs/runbook.md: one for each kind of alarm. A test holds the two together. */
export const runbook = {
  syncFailed: 'A sync failed',
  notFresh: 'No completed sync in 26 hours',
  undelivered: 'A nightly was not delivered',
  gaveUp: 'A sync failed at every try',
  throttled: 'The API asks to slow down',
  unknownFields: 'Fields that the declaration does not know',
  misfits: 'Values that did not fit their column',
} as const;

export type RunbookEntry = keyof typeof runbook;

/** As GitHub and most others make an anchor of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

export const runbookLink = (entry: RunbookEntry): string => `docs/runbook.md#${anchor(runbook[entry])}`;
