import { UsageError } from '../errors.ts';
import type { Source } from '../sources/source.ts';

/**
 * Checks one filter against the source's declaration. A filter's value may be personal: it is never shown.
 *
 * @param option what the filter was given with, for the error
 * @throws {UsageError} for a filter the API does not have, or a value that is not of its form
 */
export function refuseWrongFilter(option: string, { name: api, list }: Source, name: string, value: string): void {
  const filter = Object.hasOwn(list.filters, name) ? list.filters[name] : undefined;
  if (!filter) {
    const names = Object.keys(list.filters).join(', ');
    throw new UsageError(`${option}: ${api} has the filters ${names}, got '${name}'; name the SOURCE that has it`);
  }
  if (value === '') throw new UsageError(`${option} ${name} needs a value, got none`);
  if (filter.pattern && !filter.pattern.test(value)) {
    throw new UsageError(
      `${option} ${name}: ${filter.meaning} It must match ${filter.pattern}, got ${value.length} characters that do not`,
    );
  }
}
