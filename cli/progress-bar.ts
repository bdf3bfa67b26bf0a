import type { Progress } from '../lambdas/sync/sync-options.ts';
import type { CommandIo } from './command-io.ts';

/** Where a sync shows how far it is. */
export interface ProgressBar {
  show(progress: Progress): void;
  /** A line that stays, above the bar. */
  line(text: string): void;
  /** Clears the bar; nothing happens the second time. */
  end(): void;
}

/** Characters: as many as the line has room for, between these; below the least, no bar is drawn. */
const barWidth = { least: 6, most: 24 };

/** On a terminal the bar is drawn anew at most this often; elsewhere a line is written this often, ms. */
const everyMs = { terminal: 100, plain: 5000 };

/** @param stream null: shows nothing */
export function progressBar(stream: CommandIo['stderr'] | null, instance: string, now = () => Date.now()): ProgressBar {
  const isTerminal = stream?.isTTY === true;
  const clear = isTerminal ? '\r\u001b[K' : '';
  let begun: { readonly at: number; readonly records: number; readonly share: number } | null = null;
  let records = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  let isDrawn = false;

  const show = (progress: Progress): void => {
    // Fewer than before: a sweep follows the nightly, and counts by itself.
    if (!begun || progress.records < records) {
      begun = { at: now(), records: progress.records, share: progress.share ?? 0 };
    }
    records = progress.records;
    if (!isTerminal && shownAt === Number.NEGATIVE_INFINITY) shownAt = begun.at;
    if (!stream || now() - shownAt < (isTerminal ? everyMs.terminal : everyMs.plain)) return;
    shownAt = now();
    const seconds = (now() - begun.at) / 1000;
    const rate = seconds > 0 ? Math.round((progress.records - begun.records) / seconds) : 0;
    const room = isTerminal ? (stream.columns ?? 80) - 1 : Number.POSITIVE_INFINITY;
    const text = describe(instance, progress, rate, timeLeft(progress.share, begun.share, seconds), room);
    stream.write(isTerminal ? `${clear}${text.slice(0, room)}` : `${text}\n`);
    isDrawn = isTerminal;
  };
  return {
    show,
    line: (text) => {
      stream?.write(`${isDrawn ? clear : ''}${text}\n`);
      isDrawn = false;
    },
    end: () => {
      if (isDrawn) stream?.write(clear);
      isDrawn = false;
    },
  };
}

function describe(
  instance: string,
  { records, written, share }: Progress,
  rate: number,
  left: string,
  room: number,
): string {
  const percent = share === null ? '' : ` ${Math.floor(share * 100)} %`;
  const rest = `${percent} · ${records.toLocaleString('en')} read, ${written.toLocaleString('en')} new · ${rate.toLocaleString('en')}/s${left}`;
  const width = Math.min(barWidth.most, room - instance.length - rest.length - 1);
  if (share === null || width < barWidth.least) return `${instance}${rest}`;
  const full = Math.round(share * width);
  return `${instance} ${'█'.repeat(full)}${'░'.repeat(width - full)}${rest}`;
}

/** Reckoned from what this run has done, so that a sync that goes on does not count what was done before. */
function timeLeft(share: number | null, shareAtBegin: number, seconds: number): string {
  const done = (share ?? 0) - shareAtBegin;
  if (share === null || done <= 0 || share >= 1) return '';
  const left = Math.ceil(((1 - share) / done) * seconds);
  return left < 90 ? ` · ${left} s left` : ` · ${Math.ceil(left / 60)} min left`;
}
