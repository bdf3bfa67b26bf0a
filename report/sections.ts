import { customersSection } from './customers-section.ts';
import { driftSection } from './drift-section.ts';
import { feesSection } from './fees-section.ts';
import { freshnessSection } from './freshness-section.ts';
import { reconciliationSection } from './reconciliation-section.ts';
import { refundsSection } from './refunds-section.ts';
import { revenueSection } from './revenue-section.ts';
import type { Section, Subject } from './section.ts';
import { statusSection } from './status-section.ts';
import { syncsSection } from './syncs-section.ts';
import { taxSection } from './tax-section.ts';

/** The page in two parts, each in the order it is read. */
export const parts: readonly { readonly id: string; readonly title: string; readonly sections: readonly Section[] }[] =
  [
    {
      id: 'payments',
      title: 'Payments',
      sections: [revenueSection, statusSection, taxSection, refundsSection, feesSection, customersSection],
    },
    {
      id: 'pipeline',
      title: 'The pipeline',
      sections: [freshnessSection, syncsSection, reconciliationSection, driftSection],
    },
  ];

/** Every query of the report: what a test runs on both engines. */
export const reportQueries = (subject: Subject): readonly { readonly name: string; readonly sql: string }[] =>
  parts.flatMap(({ sections }) => sections.map(({ id, sql }) => ({ name: id, sql: sql(subject) })));
