// Which recorded intents another config would decide differently, before it is activated. Both configs are
// asked the same question: the same books, the same moment, every intent as if it had just arrived, at the touch that it
// was decided on then.
import type { ShadowDifference, ShadowVerdict } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import type { TouchAnswer } from "#domain/risk/touch-answer.ts";
import { type DecisionBooks, type DecisionGround, decideIntent } from "./decide-intent.ts";

export function compareConfigs(
  books: DecisionBooks,
  candidate: AccountConfig,
  recorded: readonly StoredIntent[],
  nowMs: number,
): readonly ShadowDifference[] {
  return recorded.flatMap(({ intent, status, denials, basis }) => {
    const asked = arrivingNow(intent, nowMs);
    const ground = { ...books, touch: recordedTouch(books, intent.symbol, basis, nowMs) };
    const present = verdict(ground, books.config, asked, nowMs);
    const other = verdict(ground, candidate, asked, nowMs);
    if (JSON.stringify(present) === JSON.stringify(other)) return [];
    const { intentId, symbol, strategyId, action, receivedAtMs } = intent;
    return [
      {
        intentId,
        symbol,
        strategyId,
        action,
        receivedAtMs,
        recorded: { status, codes: denials.map(({ code }) => code) },
        present,
        candidate: other,
      },
    ];
  });
}

/** Its age is not the question; how long it was on its way and how long it was valid stay as they were. */
function arrivingNow(intent: Intent, nowMs: number): Intent {
  const laterMs = nowMs - intent.receivedAtMs;
  return {
    ...intent,
    signalledAtMs: intent.signalledAtMs + laterMs,
    receivedAtMs: nowMs,
    expiresAtMs: intent.expiresAtMs + laterMs,
  };
}

/**
 * The recorded touch, as old now as it was then. A decision that read none (a reduction, an earlier release, a silent
 * venue) is asked at its mark, or else at the one that the NAV has now.
 */
function recordedTouch(
  { nav }: DecisionBooks,
  symbol: string,
  basis: StoredIntent["basis"],
  nowMs: number,
): TouchAnswer {
  const price = basis?.touch ?? basis?.mark ?? nav?.marks[symbol];
  if (price === undefined) return { kind: "missing" };
  const { bidUsd, askUsd } = price;
  const ageMs = basis?.touch?.ageMs ?? 0;
  const touch = { symbol, bidUsd, askUsd, askedAtMs: nowMs - ageMs, asOfMs: nowMs - ageMs };
  return { kind: "read", touch };
}

function verdict(
  ground: DecisionGround,
  config: AccountConfig,
  intent: Intent,
  nowMs: number,
): ShadowVerdict {
  const decision = decideIntent({ ...ground, config }, intent, nowMs);
  switch (decision.kind) {
    // Such an exit is not carried out now, and such an entry not before a place is free.
    case "wait":
    case "queue":
    case "deny":
      return { kind: "deny", codes: decision.denials.map(({ code }) => code) };
    case "clearFirst":
      return { kind: "clearFirst" };
    case "staysQueued":
      return { kind: "deny", codes: [] };
    case "place": {
      const { qtyBase, priceUsd } = decision.order.request;
      return { kind: "place", qtyBase, priceUsd };
    }
  }
}
