/** @param weights of a thousand @returns the status that 32 well-spread bits stand for */
export function statusTable(weights: Readonly<Record<string, number>>): (bits: number) => string {
  const statuses = Object.entries(weights).flatMap(([status, weight]) => Array<string>(weight).fill(status));
  if (statuses.length !== 1000) throw new RangeError(`weights of statuses sum to 1000, got ${statuses.length}`);
  return (bits) => statuses[bits % 1000] as string;
}
