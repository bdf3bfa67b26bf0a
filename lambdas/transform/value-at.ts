/** What a parsed JSON value holds at a path; undefined where the path leads nowhere. */
export const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, step) => (at as { readonly [key: string]: unknown } | null | undefined)?.[step], value);
