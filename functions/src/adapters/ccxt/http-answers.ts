// Reading of an HTTP answer that refuses, as far as it is the same for every venue.

/** Longest message kept: enough for the venues' texts, too short for an HTML page. */
const MAX_MESSAGE_CHARS = 300;

export function shownMessage(text: string): string {
  return text.trim().slice(0, MAX_MESSAGE_CHARS);
}

/** RFC 9110: seconds, or an HTTP date. Anything else is ignored. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,7}$/.test(header.trim())) return nowMs + Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : atMs;
}
