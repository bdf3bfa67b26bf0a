/**
 * A table without a frame: a header, a rule below it, columns two spaces apart. Lines are joined, without an end.
 *
 * @param isNumber which columns stand at the right
 */
export function plainTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  isNumber: (column: number) => boolean,
): string {
  const widths = header.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [header, widths.map((width) => '─'.repeat(width)), ...rows].map(line).join('\n');
}
