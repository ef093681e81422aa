// Turns a strategy's actions into the product's own messages: intents, as a webhook's alert becomes one, and commands on the
// exits of an open position. Pure: ids come from account, strategy, version, symbol and candle, so a repetition is the same.
import { dec } from "#domain/decimal.ts";
import type { CommandRequest } from "#domain/documents/command.ts";
import type { EntryPlan } from "#domain/documents/entry-plan.ts";
import { commandId, intentId, signalId } from "#domain/documents/ids.ts";
import type { Intent, IntentSize } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";
import { EXIT_VALID_MS } from "#domain/risk/freshness.ts";
import { amount } from "../amount.ts";
import { AnswerFault } from "../faults.ts";
import type { Action, Note, OpenGroup, SymbolAction } from "../interface.ts";
import type { Timeframe } from "../timeframes.ts";

const WHOLE_BPS = 10_000;

/** Where an answer comes from. */
export interface Origin {
  readonly accountId: string;
  readonly strategyId: string;
  readonly version: number;
  readonly timeframe: Timeframe;
  /** Close of the candle that it was asked at: the time of the signal. */
  readonly candleCloseAtMs: number;
  /** Close of the newest candle, by symbol: the price that the signal was made at. */
  readonly pricesUsd: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, OpenGroup>;
  readonly receivedAtMs: number;
  /** How long an entry stays valid after its candle, by the account's config. */
  readonly maxEntryAgeMs: number;
}

/** Kept as the payload of the receipt, from where orders and denials are explained. */
interface Annotation extends Note {
  readonly strategyVersion: number;
  readonly timeframe: Timeframe;
  readonly candleCloseAtMs: number;
}

export type StrategyMessage =
  | { readonly kind: "intent"; readonly intent: Intent; readonly annotation: Annotation }
  | {
      readonly kind: "command";
      readonly commandId: string;
      readonly actor: string;
      readonly request: CommandRequest;
      readonly annotation: Annotation;
    };

/** One message an action, in their order. Throws AnswerFault for an action without the group that it is about. */
export function messagesOf(origin: Origin, answer: readonly SymbolAction[]): readonly StrategyMessage[] {
  return answer.map(({ symbol, action }) => {
    const annotation: Annotation = {
      reason: action.reason,
      volatilityBps: action.volatilityBps,
      tier: action.tier,
      strategyVersion: origin.version,
      timeframe: origin.timeframe,
      candleCloseAtMs: origin.candleCloseAtMs,
    };
    if (action.kind === "stop" || action.kind === "takeProfits")
      return { kind: "command", ...commandOf(origin, symbol, action), annotation };
    return { kind: "intent", intent: intentOf(origin, symbol, action), annotation };
  });
}

/** The name under which signals of a strategy are received, in place of a hook's. */
export function senderOf(strategyId: string): string {
  return `strategy-${strategyId}`;
}

/** Names one moment of one symbol. The account is part of it: two accounts may run one strategy. */
function candleKey({ accountId, version, timeframe, candleCloseAtMs }: Origin, symbol: string): string {
  return JSON.stringify([accountId, version, symbol, timeframe, candleCloseAtMs]);
}

type OfExits = Extract<Action, { kind: "stop" | "takeProfits" }>;
type OfQuantity = Exclude<Action, OfExits>;

function commandOf(origin: Origin, symbol: string, action: OfExits) {
  const { groupId } = groupOf(origin, symbol);
  const request: CommandRequest =
    action.kind === "stop"
      ? { kind: "move_stop", groupId, stop: action.stop }
      : { kind: "set_take_profits", groupId, takeProfits: action.takeProfits };
  const actor = senderOf(origin.strategyId);
  return {
    commandId: commandId(origin.accountId, actor, `${request.kind} ${candleKey(origin, symbol)}`),
    actor,
    request,
  };
}

interface Wanted {
  readonly action: Intent["action"];
  readonly side: Side | null;
  readonly size: IntentSize;
  readonly reduceBps: number | null;
  readonly exits: Intent["exits"];
  readonly entries: EntryPlan | null;
}

function intentOf(origin: Origin, symbol: string, action: OfQuantity): Intent {
  const wanted = wantedOf(origin, symbol, action);
  const priceUsd = origin.pricesUsd.get(symbol);
  const id = signalId(senderOf(origin.strategyId), candleKey(origin, symbol));
  const isEntry = wanted.action === "open";
  return {
    intentId: intentId(id),
    signalId: id,
    accountId: origin.accountId,
    strategyId: origin.strategyId,
    symbol,
    ...wanted,
    signalPriceUsd: priceUsd === undefined ? null : amount(priceUsd),
    signalledAtMs: origin.candleCloseAtMs,
    receivedAtMs: origin.receivedAtMs,
    expiresAtMs: isEntry
      ? origin.candleCloseAtMs + origin.maxEntryAgeMs
      : origin.receivedAtMs + EXIT_VALID_MS,
  };
}

const NO_PLAN = { exits: null, entries: null } as const;
const STOP_ALONE = { takeProfits: [], breakEvenAfter: null, trailing: null, timeLimitMs: null } as const;
const NO_SIZE = { kind: "strategyDefault" } as const;

function wantedOf(origin: Origin, symbol: string, action: OfQuantity): Wanted {
  switch (action.kind) {
    case "open": {
      const { side, size, exits, ladder } = action;
      const entries = ladder === null ? null : { dca: ladder, pyramid: null };
      return { action: "open", side, size, reduceBps: null, exits, entries };
    }
    case "add": {
      const { size, stop, pyramid } = action;
      // The holder keeps an open group's plan, and takes this one for the size alone (decideEntry).
      const exits = stop === null ? null : { ...STOP_ALONE, stop };
      const entries = pyramid === null ? null : { dca: null, pyramid };
      const { side } = groupOf(origin, symbol);
      return { action: "open", side, size, reduceBps: null, exits, entries };
    }
    case "reduce": {
      const { side } = groupOf(origin, symbol);
      return { action: "reduce", side, size: NO_SIZE, reduceBps: action.shareBps, ...NO_PLAN };
    }
    case "close":
      return closing(groupOf(origin, symbol).side);
    case "target":
      return targetOf(origin.groups.get(symbol) ?? null, action);
  }
}

function closing(side: Side | null): Wanted {
  return { action: "close", side, size: NO_SIZE, reduceBps: null, ...NO_PLAN };
}

/** As an alert with `sizeFrom` target is read (docs/api.md): the held position says whether it grows, shrinks or ends. */
function targetOf(
  group: OpenGroup | null,
  { side, targetBase }: Extract<Action, { kind: "target" }>,
): Wanted {
  const target = dec(targetBase);
  if (target.isZero()) return closing(null);
  const held = group === null ? dec("0") : dec(group.qtyBase);
  const beforeBase = group?.side === "short" ? `-${group.qtyBase}` : (group?.qtyBase ?? "0");
  const size: IntentSize = { kind: "targetBase", targetBase, beforeBase };
  if (group?.side !== side || target.gte(held))
    return { action: "open", side, size, reduceBps: null, ...NO_PLAN };
  const shareBps = held.minus(target).div(held).mul(WHOLE_BPS).round().toNumber();
  const reduceBps = Math.min(Math.max(shareBps, 1), WHOLE_BPS - 1);
  return { action: "reduce", side, size, reduceBps, ...NO_PLAN };
}

function groupOf({ groups }: Origin, symbol: string): OpenGroup {
  const group = groups.get(symbol);
  if (group === undefined)
    throw new AnswerFault(`An action of ${symbol} needs an open position, and there is none`);
  return group;
}
