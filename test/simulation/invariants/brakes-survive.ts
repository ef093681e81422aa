// Rule 4, brakes outlive processes (docs/RULES.md): brakes and latches survive every restart.
import type { ControlState, TradingStateLatch } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { ORDER_RATE_WINDOW_MS } from "#domain/risk/order-rate.ts";
import { doneIn } from "./commands-once.ts";
import type { Change, Evidence, Invariant, Landed } from "./invariant.ts";
import { CLOCK_TOLERANCE_MS, configInForce } from "./invariant.ts";

export const brakesSurviveRestarts: Invariant = {
  rule: 4,
  name: "brakesSurviveRestarts",
  says: "Throttles, trading state, configuration and inbox counts only move the way they were ordered to; no throttle loosens because a process died.",
  watch(evidence) {
    return {
      landed(commit) {
        for (const change of commit.changes) {
          if (change.path.endsWith("/control/state")) checkControl(evidence, commit, change);
        }
        for (const change of commit.changes) checkRate(evidence, change);
      },
    };
  },
};

function checkControl(evidence: Evidence, commit: Landed, change: Change): undefined {
  const before = change.before as unknown as ControlState | null;
  const after = change.after as unknown as ControlState | null;
  if (before === null) return;
  if (after === null) return evidence.fail(`${change.path} was deleted`);
  const who = commit.process?.id ?? "the operator";
  if (after.throttles.venueBannedUntilMs < before.throttles.venueBannedUntilMs)
    evidence.fail(`${who} shortened the venue's ban of ${change.accountId}`);
  const sent = new Set(after.throttles.orderSentAtMs);
  const oldestMs = evidence.nowMs() - ORDER_RATE_WINDOW_MS + CLOCK_TOLERANCE_MS;
  const forgotten = before.throttles.orderSentAtMs.filter((atMs) => atMs > oldestMs && !sent.has(atMs));
  if (forgotten.length > 0)
    evidence.fail(`${who} forgot ${forgotten.length} sends of ${change.accountId} inside the rate window`);
  if (after.inbox.storedCount < before.inbox.storedCount || after.inbox.takenCount < before.inbox.takenCount)
    evidence.fail(`${who} counted the inbox of ${change.accountId} backwards`);
  if (after.inbox.takenCount > after.inbox.storedCount)
    evidence.fail(`${who} took more from the inbox of ${change.accountId} than was stored`);
  if (commit.process === null) return;
  const ordered = change.accountId === null ? null : doneIn(commit, change.accountId)?.request.kind;
  const isOrdered = ordered === "resume" || ordered === "start";
  if (loosens(before.tradingState, after.tradingState) && !endsByItself(before.tradingState) && !isOrdered)
    evidence.fail(`${who} loosened the trading state of ${change.accountId}`);
  if (before.flatten !== null && after.flatten !== null && before.flatten.step > after.flatten.step)
    evidence.fail(`${who} took back steps of the flatten of ${change.accountId}`);
  if (after.configVersion !== before.configVersion && ordered !== "set_config")
    evidence.fail(`${who} changed the config version of ${change.accountId}`);
}

const STRICTNESS = { ACTIVE: 0, REDUCING: 1, HALTED: 2 } as const;

function loosens(before: TradingStateLatch, after: TradingStateLatch): boolean {
  return STRICTNESS[after.state] < STRICTNESS[before.state];
}

/** What an automatic rule latched it may end, unless it halted. */
function endsByItself({ state, cause }: TradingStateLatch): boolean {
  return state === "REDUCING" && cause !== "operator";
}

/** An entry that is stored fits into the rate as it was configured, by the stored send times alone. */
function checkRate(evidence: Evidence, { path, accountId, before, after }: Change): void {
  if (before !== null || after === null || accountId === null || !path.includes("/orders/")) return;
  const order = after as unknown as Order;
  if (order.request.reduceOnly) return;
  const config = configInForce(evidence, accountId);
  if (config === null || config.version !== order.basis.configVersion) return;
  const recent = evidence
    .below<Order>(`${paths.orders(accountId)}/`)
    .filter(([, each]) => each.createdAtMs > order.createdAtMs - ORDER_RATE_WINDOW_MS + CLOCK_TOLERANCE_MS);
  if (recent.length > config.maxOrdersPerMinute)
    evidence.fail(
      `${recent.length} orders of ${accountId} in a minute, ${config.maxOrdersPerMinute} allowed`,
    );
}
