import { UsageError } from '../lambdas/errors.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';

/**
 * The instances of a lake or a stack that were named, in its order; none named means all.
 *
 * @throws {UsageError} for a name that is none of them
 */
export function chosenInstances<Named extends Pick<Instance, 'name'>>(
  given: readonly string[],
  all: readonly Named[],
  where: string,
): readonly Named[] {
  const unknown = given.find((name) => all.every((instance) => instance.name !== name));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new UsageError(`SOURCE must be an instance of ${where}: ${names}; got '${unknown}'`);
  }
  return all.filter(({ name }) => given.length === 0 || given.includes(name));
}
