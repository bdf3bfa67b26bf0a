interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** One clock for several processes of a test: it moves to the next awakening once all of them sleep. */
export class SimulatedTime {
  #at: number;
  #awake = 0;
  #sleepers: Sleeper[] = [];

  constructor(at: number = Date.UTC(2026, 0, 1)) {
    this.#at = at;
  }

  readonly now = (): number => this.#at;

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    await new Promise<void>((wake) => {
      this.#sleepers.push({ at: this.#at + Math.max(0, ms), wake });
      this.#awake -= 1;
      this.#passIfAllSleep();
    });
    signal?.throwIfAborted();
  };

  /** Runs processes side by side until each has ended; whatever they await other than `sleep` takes no time. */
  async run<T>(...processes: readonly (() => Promise<T>)[]): Promise<T[]> {
    this.#awake += processes.length;
    return Promise.all(
      processes.map(async (process) => {
        try {
          return await process();
        } finally {
          this.#awake -= 1;
          this.#passIfAllSleep();
        }
      }),
    );
  }

  #passIfAllSleep(): void {
    if (this.#awake > 0 || this.#sleepers.length === 0) return;
    this.#at = Math.min(...this.#sleepers.map(({ at }) => at));
    const woken = this.#sleepers.filter(({ at }) => at === this.#at);
    this.#sleepers = this.#sleepers.filter(({ at }) => at !== this.#at);
    this.#awake += woken.length;
    for (const { wake } of woken) wake();
  }
}
