/** What a measured run took, as its process prints it in one line of JSON. */
export interface Measurement {
  readonly payments: number;
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
  /** Peak of the whole process, from its start. */
  readonly peakRssMb: number;
}

/** Runs the work and prints its measurement; starting Node and compiling TypeScript do not count. */
export async function measured(work: () => Promise<number>): Promise<void> {
  const begunAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const payments = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  const measurement: Measurement = {
    payments,
    wallMs: performance.now() - begunAt,
    cpuMs: (user + system) / 1000,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}
