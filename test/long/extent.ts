import { appendFileSync } from 'node:fs';
import type { Figures } from '../support/schedule-world.ts';

/** How much of the long form is run; set in jest.long.config.js, and by `npm run test:long`. */
export interface Extent {
  /** Of the soak. */
  readonly minutes: number;
  /** In all, half of them for each source. */
  readonly schedules: number;
  readonly seed: number;
  /** Where figures are added, one JSON object a line; null: nowhere. */
  readonly figuresFile: string | null;
}

export const extent = (): Extent => globalThis as unknown as Extent;

/** Tells what a part of the long form came to. */
export function report(part: string, figures: Partial<Figures> & Readonly<Record<string, number>>): void {
  const { figuresFile } = extent();
  const line = JSON.stringify({ part, ...figures });
  if (figuresFile) appendFileSync(figuresFile, `${line}\n`);
  process.stdout.write(`${line}\n`);
}
