// Which recorded intents another config would decide differently, before it is activated. Both configs are
// asked the same question: the same books, the same moment, every intent as if it had just arrived.
import type { ShadowDifference, ShadowVerdict } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { type DecisionBooks, decideIntent } from "./decide-intent.ts";

export function compareConfigs(
  books: DecisionBooks,
  candidate: AccountConfig,
  recorded: readonly StoredIntent[],
  nowMs: number,
): readonly ShadowDifference[] {
  return recorded.flatMap(({ intent, status, denials }) => {
    const asked = arrivingNow(intent, nowMs);
    const present = verdict(books, books.config, asked, nowMs);
    const other = verdict(books, candidate, asked, nowMs);
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

function verdict(books: DecisionBooks, config: AccountConfig, intent: Intent, nowMs: number): ShadowVerdict {
  const decision = decideIntent({ ...books, config }, intent, nowMs);
  switch (decision.kind) {
    // Such an exit is not carried out now.
    case "wait":
    case "deny":
      return { kind: "deny", codes: decision.denials.map(({ code }) => code) };
    case "clearFirst":
      return { kind: "clearFirst" };
    case "place": {
      const { qtyBase, priceUsd } = decision.order.request;
      return { kind: "place", qtyBase, priceUsd };
    }
  }
}
