// Ids as Bybit writes them: UUIDs for orders and executions. The engine's number stands in the last group.

const PREFIX = "6c0de000-0000-4000-8000-";
const DIGITS = 12;

export const uuidOf = (id: number): string => PREFIX + id.toString(16).padStart(DIGITS, "0");

/** The engine's number, or undefined for an id that was never given here. */
export function numberOf(uuid: string): number | undefined {
  const digits = uuid.startsWith(PREFIX) ? uuid.slice(PREFIX.length) : "";
  return /^[0-9a-f]{12}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
