// Rule 5, fresh ground (docs/RULES.md): no exposure is added blindly or against orders; shrinking it stays possible.

import { SEND_WINDOW_MS } from "#domain/decide/place-order.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, TradingState } from "#domain/documents/control.ts";
import type { DenialCode } from "#domain/documents/denial.ts";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { isByHand } from "./floors.ts";
import {
  type Change,
  CLOCK_TOLERANCE_MS,
  type Evidence,
  type Invariant,
  type Landed,
  NEW_ORDER,
} from "./invariant.ts";

const ROUNDING = 1e-9;

/** The only reasons for which a reduction may be refused: none of them is about data or limits, and none passes. */
const REDUCTION_DENIALS: ReadonlySet<DenialCode> = new Set([
  "INTENT_EXPIRED",
  "POSITION_NOT_OPEN",
  "OPPOSITE_POSITION_OPEN",
  "SUPERSEDED",
  "SYMBOL_HELD_BY_STRATEGY",
  "QUANTITY_BELOW_MINIMUM",
]);

/** The true contents of an account's documents, each with the time until which it held. */
interface Known {
  /** Good NAVs by the time they stand for. */
  readonly navsAtMs: Set<number>;
  lastNavMs: number;
  lastPeakMs: number;
  state: TradingState;
  stateSinceMs: number;
  readonly configs: Map<number, AccountConfig>;
}

export const exposureIsAddedOnlyOnFreshGround: Invariant = {
  rule: 5,
  name: "exposureIsAddedOnlyOnFreshGround",
  says: "No exposure is added while the state is not ACTIVE or NAV, peak, config or market data is stale or missing; shrinking stays possible except under a halt, and there as an ordered flatten.",
  watch(evidence) {
    const accounts = new Map<string, Known>();
    const knownOf = (accountId: string): Known => {
      const known = accounts.get(accountId) ?? {
        navsAtMs: new Set(),
        lastNavMs: 0,
        lastPeakMs: 0,
        state: "ACTIVE" as const,
        stateSinceMs: 0,
        configs: new Map(),
      };
      accounts.set(accountId, known);
      return known;
    };
    return {
      found(documents) {
        for (const change of documents) {
          if (change.accountId !== null) learnOld(evidence, change, knownOf(change.accountId));
        }
      },
      landed(commit) {
        for (const change of commit.changes) {
          if (change.accountId === null) continue;
          const known = knownOf(change.accountId);
          checkChange(evidence, commit, change, known);
        }
        for (const change of commit.changes) {
          if (change.accountId !== null) learn(evidence, change, knownOf(change.accountId));
        }
      },
      handled({ name, accountId, fields }) {
        if (name !== NEW_ORDER || fields.get("reduceOnly") === "true") return;
        const id = fields.get("newClientOrderId") ?? "";
        const key = `${accountId}|${fields.get("symbol")}|${id}`;
        const { engine } = evidence.exchange;
        const accepted = engine.state.orders.get(engine.byClientId.get(key) ?? -1);
        if (accepted?.timeMs !== evidence.nowMs()) return;
        const order = evidence.read<Order>(paths.order(accountId, id));
        if (order !== null) checkAcceptance(evidence, accountId, order, knownOf(accountId));
      },
    };
  },
};

function learn(evidence: Evidence, { path, accountId, after }: Change, known: Known): void {
  if (after === null || accountId === null) return;
  if (path === paths.nav(accountId)) {
    const nav = after as unknown as Nav;
    if (nav.stale !== false || nav.asOfMs === null) return;
    known.navsAtMs.add(nav.asOfMs);
    known.lastNavMs = Math.max(known.lastNavMs, nav.asOfMs);
  } else if (path === paths.peak(accountId)) {
    const { asOfMs } = after as unknown as Peak;
    if (typeof asOfMs === "number") known.lastPeakMs = Math.max(known.lastPeakMs, asOfMs);
  } else if (path === paths.config(accountId)) {
    const config = after as unknown as AccountConfig;
    known.configs.set(config.version, config);
  } else if (path === paths.control(accountId)) {
    const { state } = (after as unknown as ControlState).tradingState;
    if (state !== known.state) known.stateSinceMs = evidence.nowMs();
    known.state = state;
  }
}

/** A decision on the wire may stand on a NAV or a config that is no longer the present one. */
function learnOld(evidence: Evidence, change: Change, known: Known): void {
  const { path, after } = change;
  learn(evidence, change, known);
  if (path.includes("/navSeries/"))
    for (const atMs of (after as unknown as NavSeries).atMs) known.navsAtMs.add(atMs);
  if (path.endsWith("/control/nav"))
    for (const { atMs } of (after as unknown as Nav).recent ?? []) known.navsAtMs.add(atMs);
  if (path.includes("/config/v")) {
    const config = after as unknown as AccountConfig;
    known.configs.set(config.version, config);
  }
}

function checkChange(evidence: Evidence, commit: Landed, change: Change, known: Known): undefined {
  const { path, after, accountId } = change;
  if (after === null || accountId === null) return;
  if (path.includes("/intents/")) return checkDenial(evidence, after as unknown as StoredIntent);
  if (!path.includes("/orders/")) return;
  const before = change.before as unknown as Order | null;
  const order = after as unknown as Order;
  if (before !== null && order.sends === before.sends) return;
  const control = commit.changes.find(({ path: each }) => each === paths.control(accountId))?.before;
  const books = control as unknown as ControlState | undefined;
  const state = books?.tradingState.state;
  const id = order.request.clientOrderId;
  if (order.request.reduceOnly) {
    if (state === "HALTED" && books?.flatten === null)
      evidence.fail(`the reduction ${id} was ordered while ${accountId} is HALTED`);
    return;
  }
  if (state !== "ACTIVE")
    evidence.fail(`the entry ${id} was ordered while ${accountId} is ${state ?? "unknown"}`);
  if (before === null) checkGround(evidence, order, control as unknown as ControlState, known);
}

function checkGround(evidence: Evidence, order: Order, control: ControlState, known: Known): undefined {
  const id = order.request.clientOrderId;
  const { configVersion, nav, touch, decidedAtMs: createdAtMs } = order.basis;
  const config = known.configs.get(configVersion);
  if (config === undefined || control.configVersion !== configVersion) {
    return evidence.fail(
      `${id} was decided on config ${configVersion}, in force is ${control.configVersion}`,
    );
  }
  const navAsOfMs = nav?.asOfMs ?? null;
  const touchAsOfMs = touch?.asOfMs ?? null;
  if (navAsOfMs === null || !known.navsAtMs.has(navAsOfMs))
    return evidence.fail(`${id} was decided on a NAV of ${navAsOfMs}, which was never stored as good`);
  if (createdAtMs - navAsOfMs > config.maxNavAgeMs)
    evidence.fail(`${id} was decided on a NAV ${createdAtMs - navAsOfMs} ms old`);
  if (touchAsOfMs === null || createdAtMs - touchAsOfMs > config.maxMarkAgeMs)
    evidence.fail(`${id} was decided on a price of ${touchAsOfMs}`);
}

function checkAcceptance(evidence: Evidence, accountId: string, order: Order, known: Known): void {
  const nowMs = evidence.nowMs();
  const slackMs = SEND_WINDOW_MS + CLOCK_TOLERANCE_MS;
  const id = order.request.clientOrderId;
  const config = known.configs.get(order.basis.configVersion);
  if (known.state !== "ACTIVE" && nowMs - known.stateSinceMs > slackMs)
    evidence.fail(
      `the venue accepted the entry ${id} ${nowMs - known.stateSinceMs} ms after ${accountId} became ${known.state}`,
    );
  if (config === undefined) return;
  if (nowMs - known.lastNavMs > config.maxNavAgeMs + slackMs)
    evidence.fail(
      `the venue accepted the entry ${id} when the last good NAV was ${nowMs - known.lastNavMs} ms old`,
    );
  if (nowMs - known.lastPeakMs > config.maxPeakAgeMs + slackMs)
    evidence.fail(
      `the venue accepted the entry ${id} when the last peak was ${nowMs - known.lastPeakMs} ms old`,
    );
}

function checkDenial(evidence: Evidence, { intent, status, denials }: StoredIntent): undefined {
  // One that waits for a passing refusal is not refused.
  if (intent.action === "open" || status === "INBOX") return;
  if (denials.length === 0 || denials.some(({ code }) => REDUCTION_DENIALS.has(code))) return;
  if (denials.some(({ code }) => code === "TARGET_REACHED") && isAtTarget(evidence, intent)) return;
  evidence.fail(`the ${intent.action} of ${intent.symbol} was refused: ${denials.map(({ code }) => code)}`);
}

/** By the matching engine: no more is held than the alert states. Where a hand traded too, its part has no target. */
function isAtTarget({ exchange: { engine } }: Evidence, { accountId, symbol, size }: Intent): boolean {
  if (size.kind !== "targetBase") return false;
  const isHands = engine.state.trades.some(
    (trade) =>
      trade.accountId === accountId &&
      trade.symbol === symbol &&
      isByHand(engine.state.orders.get(trade.orderId)),
  );
  const lots = engine.state.accounts.get(accountId)?.positions.get(symbol)?.lots ?? 0;
  const heldBase = Math.abs(lots) * (engine.specs.get(symbol)?.lotBase ?? 0);
  return isHands || heldBase <= Number(size.targetBase) * (1 + ROUNDING);
}
