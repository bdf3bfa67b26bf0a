/**
 * The name that somebody who typed another one meant, or null where none is near: a third of its letters may be wrong.
 *
 * @param names in small letters; of two as near the first is taken
 */
export function nearestName(typed: string, names: readonly string[]): string | null {
  const wrong = Math.max(1, Math.floor(typed.length / 3));
  let nearest: { readonly name: string; readonly edits: number } | null = null;
  for (const name of names) {
    const edits = editsBetween(typed.toLowerCase(), name);
    if (edits <= wrong && (!nearest || edits < nearest.edits)) nearest = { name, edits };
  }
  return nearest?.name ?? null;
}

/** Levenshtein's: letters put in, left out or changed. */
function editsBetween(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...one].entries()) {
    const next = [row + 1];
    for (let column = 0; column < other.length; column++) {
      const changed = (before[column] ?? 0) + (letter === other[column] ? 0 : 1);
      next.push(Math.min(changed, (before[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    before = next;
  }
  return before[other.length] ?? 0;
}
