// When the sender says that the signal was made. A time without a zone is refused: it would mean another moment on
// another machine.

/** TradingView writes `{{timenow}}` as `2019-08-27T09:56:00Z`; others add a fraction or an offset. */
const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
/** Pine's `timenow` variable is in milliseconds; ten digits are seconds. 13 digits begin in 2001. */
const EPOCH_MS = /^[1-9]\d{12}$/;
const EPOCH_S = /^[1-9]\d{9}$/;

/** Milliseconds since the Unix epoch, or undefined when the text is not a moment in time. */
export function readTimeMs(text: string): number | undefined {
  if (EPOCH_MS.test(text)) return Number(text);
  if (EPOCH_S.test(text)) return Number(text) * 1_000;
  if (!ISO_WITH_ZONE.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isInteger(atMs) && EPOCH_MS.test(String(atMs)) ? atMs : undefined;
}
