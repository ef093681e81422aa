// Words in a row, as a sentence has them.

/** `a`, `a and b`, `a, b and c`. */
export function listWords(parts: readonly string[]): string {
  const last = parts.at(-1);
  if (last === undefined || parts.length === 1) return last ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${last}`;
}
