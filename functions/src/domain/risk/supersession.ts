// The order in which one strategy's signals count: by when they were made, whatever the order of their arrival. An exit
// beats an entry that was signalled before it; an exit made before the entry that opened the group meant another group.
// Pure: the memory lives in the control document, so it outlives every process.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, SideSignals, SignalMoment } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { SIDES, type Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck } from "./context.ts";

type NewestSignals = ControlState["newestSignals"];

/**
 * An exit is remembered at least this long, and longer where the config lets an entry be older: a config that lets them
 * be older may come into force while an old entry is still on its way, and the bus keeps none for longer than an hour.
 */
const LEAST_MEMORY_MS = 3_600_000;

const NONE: SideSignals = { left: null, entered: null };

function keyOf(strategyId: string, symbol: string, side: Side): string {
  return `${strategyId}/${symbol}/${side}`;
}

export function oppositeOf(side: Side): Side {
  return side === "long" ? "short" : "long";
}

function momentOf({ signalledAtMs, receivedAtMs }: SignalMoment): SignalMoment {
  return { signalledAtMs, receivedAtMs };
}

/** Signals of one second, from a sender that writes whole seconds, are told apart by when they were received. */
export function isBefore(a: SignalMoment, b: SignalMoment): boolean {
  if (a.signalledAtMs !== b.signalledAtMs) return a.signalledAtMs < b.signalledAtMs;
  return a.receivedAtMs < b.receivedAtMs;
}

/** Sides that the signal wants to be out of: an entry is out of the other side, a `close` without a side out of both. */
function sidesLeft({ action, side }: Intent): readonly Side[] {
  if (action === "open") return side === null ? [] : [oppositeOf(side)];
  return side === null ? SIDES : [side];
}

/**
 * The memory with this signal, to be committed with its decision, whatever that is: the signal was made. Bounded by the
 * configured pairs: an entry of any other is denied in any case.
 */
export function withSignal(
  control: ControlState,
  intent: Intent,
  config: AccountConfig,
  nowMs: number,
): NewestSignals {
  const kept = stillNeeded(control, config, nowMs);
  const { strategyId, symbol } = intent;
  if (!config.symbols.includes(symbol) || config.strategies[strategyId] === undefined) return kept;
  const moment = momentOf(intent);
  const news = sidesLeft(intent).flatMap((side) => {
    const key = keyOf(strategyId, symbol, side);
    const before = kept[key] ?? NONE;
    if (before.left !== null && !isBefore(before.left, moment)) return [];
    return [[key, { ...before, left: moment }] as const];
  });
  return news.length === 0 ? kept : { ...kept, ...Object.fromEntries(news) };
}

/** The memory with the entry that opens a group. */
export function withEntered(signals: NewestSignals, intent: Intent, side: Side): NewestSignals {
  const key = keyOf(intent.strategyId, intent.symbol, side);
  return { ...signals, [key]: { ...(signals[key] ?? NONE), entered: momentOf(intent) } };
}

function stillNeeded(control: ControlState, config: AccountConfig, nowMs: number): NewestSignals {
  const memoryMs = Math.max(LEAST_MEMORY_MS, config.maxIntentAgeMs);
  const held = new Set(
    Object.values(control.slots).map(({ strategyId, symbol, side }) => keyOf(strategyId, symbol, side)),
  );
  const kept = Object.entries(control.newestSignals).flatMap(([key, { left, entered }]) => {
    const isYoung = left !== null && left.signalledAtMs + memoryMs >= nowMs;
    const now: SideSignals = { left: isYoung ? left : null, entered: held.has(key) ? entered : null };
    return now.left === null && now.entered === null ? [] : [[key, now] as const];
  });
  return Object.fromEntries(kept);
}

/** An entry, on its way or queued. */
type DatedEntry = SignalMoment & Pick<Intent, "strategyId" | "symbol" | "side">;

/** An entry older than the strategy's newest wish to be out of its side. At the very same moment the exit wins. */
export function supersededBy({ newestSignals }: ControlState, intent: DatedEntry): Denial | null {
  if (intent.side === null) return null;
  const newest = newestSignals[keyOf(intent.strategyId, intent.symbol, intent.side)]?.left ?? null;
  return newest === null || isBefore(newest, momentOf(intent)) ? null : superseded(intent, newest);
}

export const notSuperseded: RiskCheck = ({ control, intent }) => supersededBy(control, intent);

/**
 * An exit that was made before the entry that opened the group: it meant a group before this one. Where that entry is
 * not known, it was at most `maxIntentAgeMs` old when the group opened.
 */
export function exitOfAnotherGroup(
  { newestSignals }: ControlState,
  { strategyId, symbol, side, openedAtMs }: Group,
  intent: Intent,
  config: AccountConfig,
): Denial | null {
  const entered = newestSignals[keyOf(strategyId, symbol, side)]?.entered ?? null;
  if (entered !== null) return isBefore(momentOf(intent), entered) ? superseded(intent, entered) : null;
  const earliestMs = openedAtMs - config.maxIntentAgeMs;
  if (intent.signalledAtMs >= earliestMs) return null;
  return superseded(intent, { signalledAtMs: openedAtMs, receivedAtMs: openedAtMs });
}

function superseded(
  { symbol, signalledAtMs }: Pick<Intent, "symbol" | "signalledAtMs">,
  newer: SignalMoment,
): Denial {
  const actual = String(newer.signalledAtMs - signalledAtMs);
  return denial("SUPERSEDED", { actual, unit: "ms", subject: symbol });
}
