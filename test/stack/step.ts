/** One line a step: what, and how long it took. */
export async function step<T>(what: string, action: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const line = (mark: string) => console.log(`${mark} ${what} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  try {
    const result = await action();
    line('ok  ');
    return result;
  } catch (error) {
    line('FAIL');
    throw error;
  }
}

/** Asks again and again until there is an answer. @throws with what was waited for, when it does not come in time */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | null | undefined | false>,
  everyMs = 250,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}, in vain`);
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
}
