import { appendFileSync } from 'node:fs';
import type { Figures } from '../support/schedule-figures.ts';

/** How much of the long form is run; set in jest.long.config.js, and by `npm run test:long`. */
export interface Extent {
  /** Of the soak. */
  readonly minutes: number;
  /** In all, half of them for each source. */
  readonly schedules: number;
  /** Pairs of moments at which a sync and its successor are killed, drawn by the seed; at most all there are. */
  readonly pairs: number;
  /** Moments at which a process is ended by SIGKILL, drawn by the seed; at most all there are. */
  readonly kills: number;
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

/** @returns to be called as often as one likes: tells once a minute how far a part has come */
export function progress(part: string): (figures: Readonly<Record<string, number>>) => void {
  const start = Date.now();
  let told = start;
  return (figures) => {
    if (Date.now() - told < 60_000) return;
    told = Date.now();
    process.stdout.write(`${part}, ${Math.round((told - start) / 60_000)} min: ${JSON.stringify(figures)}\n`);
  };
}
