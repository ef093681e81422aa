// The touch that an entry is decided on: read for this decision, of now, and with the reason where there is none.
// An entry without one is refused; a reduction asks for none. A valuation (the NAV's marks) never stands in for it.
import { denial, type RiskCheck } from "./context.ts";
import { touchOf } from "./touch-answer.ts";

/** An entry for which none was asked has another denial, or is refused as one whose touch is missing. */
export const touchRead: RiskCheck = ({ touch, intent }) => {
  const subject = intent.symbol;
  switch (touch.kind) {
    case "missing":
      return denial("TOUCH_MISSING", { unit: "symbol", subject });
    case "unreadable":
      return denial("TOUCH_UNREADABLE", { actual: touch.code, unit: "code", subject });
    case "read":
    case "notAsked":
      return null;
  }
};

/** By our own asking, and by the venue's time of its book: an answer of now may repeat a book of long ago. */
export const touchFresh: RiskCheck = ({ touch: answer, intent, config, nowMs }) => {
  const touch = touchOf(answer);
  if (touch === null) return null;
  const aged = (code: "TOUCH_STALE" | "MARK_STALE", limitMs: number, sinceMs: number) =>
    nowMs - sinceMs <= limitMs
      ? []
      : [
          denial(code, {
            limit: String(limitMs),
            actual: String(nowMs - sinceMs),
            unit: "ms",
            subject: intent.symbol,
          }),
        ];
  return [
    ...aged("TOUCH_STALE", config.maxTouchAgeMs, touch.askedAtMs),
    ...aged("MARK_STALE", config.maxMarkAgeMs, touch.asOfMs),
  ];
};
