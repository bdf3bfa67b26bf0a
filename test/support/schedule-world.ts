import { runSyncAndMarks } from '../../lambdas/sync/run-nightly.ts';
import { runSupersede } from '../../lambdas/sync/run-supersede.ts';
import type { SyncSummary } from '../../lambdas/sync/summary.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { type AnswerLosingProxy, answerLosingProxy } from './answer-losing-proxy.ts';
import { checkoutPageInstance, commetInstance } from './lake-builder.ts';
import { expectSamePayments } from './lake-records.ts';
import { loadRows } from './load-rows.ts';
import { Mortal } from './mortal.ts';
import { mortalWork } from './mortal-work.ts';
import type { Act, Change, Fate, Work } from './schedule.ts';
import { type Figures, noFigures } from './schedule-figures.ts';
import { closeBenches, everything, type SyncBench, syncBench, today, withPagesOf, withTables } from './sync-bench.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';
import { Witness } from './witness.ts';

const second = 1000;
const hour = 3_600_000;

export interface WorldOptions {
  readonly source: 'commet' | 'checkout_page';
  /** A reader looks at every so many-th moment. */
  readonly lookEvery: number;
}

/** One API, one lake, and processes that sync and compact it, as a schedule has it. */
export class ScheduleWorld {
  readonly figures = noFigures();
  readonly #options: WorldOptions;
  readonly #api: SampleApi;
  readonly #bench: SyncBench;
  readonly #clock: VirtualClock;
  readonly #proxy: AnswerLosingProxy;
  readonly #witness: Witness;
  readonly #redated = new Set<string>();
  #answersToLose: { count: number };
  #words = 0;
  #watermark = 0;

  private constructor(options: WorldOptions, parts: Parts) {
    this.#options = options;
    ({ api: this.#api, bench: this.#bench, proxy: this.#proxy, toLose: this.#answersToLose } = parts);
    this.#clock = parts.bench.clock;
    this.#witness = new Witness(parts.bench, this.figures);
    for (const payment of parts.api.all()) this.#witness.note(payment);
  }

  static async open(options: WorldOptions): Promise<ScheduleWorld> {
    const toLose = { count: 0 };
    const [start, instance] =
      options.source === 'commet' ? [startCommet, commetInstance] : [startCheckoutPage, checkoutPageInstance];
    const clock = virtualClock(today);
    const api = await start({
      payments: 14,
      months: 3,
      now: clock.now,
      intercept: (request) => {
        if (toLose.count === 0) return false;
        toLose.count--;
        request.socket.destroy();
        return true;
      },
    });
    const bench = await syncBench(api, withPagesOf(5, withTables(2, instance)), clock);
    const proxy = await answerLosingProxy(bench.dynamo.address);
    return new ScheduleWorld(options, { api, bench, proxy, toLose });
  }

  async close(): Promise<void> {
    this.figures.requests = this.#api.requests;
    this.figures.looks = this.#witness.looks;
    await this.#api.close();
    await this.#proxy.close();
  }

  async act(act: Act): Promise<void> {
    if (act.kind === 'wait') this.#clock.at += act.hours * hour;
    else if (act.kind === 'change') this.#change(act.change);
    else await this.#work(act.work, act.fate);
    await this.#look();
    await this.#watermarkStands();
  }

  /** After the next completed sync of everything the views equal the API: each payment once, every field, children. */
  async settle(): Promise<void> {
    this.#answersToLose.count = 0;
    this.#clock.at += 24 * hour;
    for (let tries = 0; ; tries++) {
      const summaries = await runSyncAndMarks(this.#bench.options({ leasing: 'shared', scope: everything }));
      if (summaries[0]?.status === 'done' && summaries[0].fullReading && !summaries[0].resumed) break;
      if (tries === 6) throw new Error(`no sync of everything is done: ${JSON.stringify(summaries)}`);
    }
    const repaired = await runSupersede(this.#bench.options({ leasing: 'shared' }), [...this.#redated]);
    expect(repaired.status).toBe('done');
    await this.#look();
    const records = await this.#bench.records(this.figures);
    const there = [...records].filter(([id]) => this.#api.byId(id) !== undefined);
    expectSamePayments(this.#bench.instance, new Map(there), this.#api.all(), this.figures);
    // A compaction leaves copies for a day: the view of loads shows one of them.
    const loads = new Map((await loadRows(this.#bench)).map((row) => [exactText(row), String(row.load_id)]));
    expect(new Set(loads.values()).size).toBe(loads.size);
    this.figures.schedules++;
  }

  async #work(work: Work, fate: Fate): Promise<void> {
    if (fate.kind === 'loses') this.#loseAnswers(fate.answers, fate.of);
    let isDue = fate.kind === 'freezes' || fate.kind === 'meets';
    const onMoment = (moment: number): Promise<void> | undefined => {
      if (isDue && 'at' in fate && moment >= fate.at) {
        isDue = false;
        if (fate.kind === 'meets') this.#meet(fate.change);
        if (fate.kind === 'freezes') return this.#freezeFor(fate.other);
      }
      return moment % this.#options.lookEvery === 0 ? this.#look() : undefined;
    };
    const mortal = new Mortal(fate.kind === 'dies' ? fate.at : Number.POSITIVE_INFINITY, onMoment);
    const failure = await this.#run(work, mortal).catch((error: Error) => error);
    if (mortal.isDead) this.figures.kills++;
    else if (failure instanceof Error && failure.name === 'Invariant') throw failure;
  }

  async #freezeFor(other: Work): Promise<void> {
    this.figures.frozen++;
    this.#clock.at += 10 * 60 * second;
    await this.#run(other, new Mortal(Number.POSITIVE_INFINITY));
  }

  #run(work: Work, mortal: Mortal): Promise<SyncSummary[]> {
    return mortalWork(this.#bench, this.#proxy.address, work, mortal);
  }

  #meet(change: Change): void {
    this.figures.faults++;
    this.#change(change);
  }

  #loseAnswers(answers: number, of: 'API' | 'checkpoints'): void {
    this.figures.faults += answers;
    if (of === 'API') this.#answersToLose.count = answers;
    else for (let left = answers; left > 0; left--) this.#proxy.loseAnswerTo('UpdateItem');
  }

  /** A second passes before, or what was read just now and what is changed now would have one time. */
  #change(change: Change): void {
    this.#clock.at += second;
    if (change.kind === 'add') {
      for (const id of this.#api.addPayments(change.count)) this.#note(id);
      return;
    }
    const ids = [...this.#api.all()].map(({ id }) => id as string);
    const id = ids[change.which % ids.length];
    if (id === undefined) return;
    if (change.kind === 'delete') {
      if (ids.length > 8) this.#api.remove(id);
      return;
    }
    const at = new Date(this.#clock.at).toISOString();
    const own = this.#options.source === 'commet' ? 'description' : 'locale';
    const patch = { [own]: `word ${++this.#words}`, ...(change.movesUpdatedAt && { updatedAt: at }) };
    if (change.kind === 'redate') {
      this.#redated.add(id);
      this.#witness.excuse(id);
      const createdAt = Date.parse(String(this.#api.byId(id)?.createdAt));
      this.#api.edit(id, { ...patch, createdAt: new Date(createdAt - 40 * 24 * hour).toISOString() });
    } else this.#api.edit(id, patch);
    this.#note(id);
  }

  #note(id: string): void {
    this.#witness.note(this.#api.byId(id) ?? {});
  }

  async #look(): Promise<void> {
    await this.#witness.look().catch((error: Error) => {
      throw Object.assign(error, { name: 'Invariant' });
    });
  }

  async #watermarkStands(): Promise<void> {
    const at = (await this.#bench.state().catch(() => null))?.watermark?.at ?? 0;
    if (at < this.#watermark) throw new Error(`the watermark went back from ${this.#watermark} to ${at}`);
    this.#watermark = at;
  }
}

const exactText = (row: object): string =>
  JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));

interface Parts {
  readonly api: SampleApi;
  readonly bench: SyncBench;
  readonly proxy: AnswerLosingProxy;
  readonly toLose: { count: number };
}

/** Opens a world, has the schedule happen in it, and compares. @param figures are added to, also when it fails */
export async function runSchedule(acts: readonly Act[], options: WorldOptions, figures = noFigures()): Promise<void> {
  const world = await ScheduleWorld.open(options);
  try {
    for (const act of acts) await world.act(act);
    await world.settle();
  } finally {
    await world.close();
    await closeBenches();
    for (const name of Object.keys(figures) as (keyof Figures)[]) figures[name] += world.figures[name];
  }
}
