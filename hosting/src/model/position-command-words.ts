// A command on a position in words and figures: its effect on the position as it is now, by the functions' own rules for
// prices, and why it would be refused. Quantities are before the venue's step. Pure.
import { stopTriggerUsd, takeProfitTriggerUsd } from "#domain/decide/exit-triggers.ts";
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { GroupRequest, PositionRequest } from "#domain/documents/command.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import type { ExitKind } from "#domain/documents/words.ts";
import { utcText } from "./age.ts";
import { formatBps, formatPrice, formatQty, formatUsd } from "./amount.ts";
import { BPS, bpsOf } from "./basis-points.ts";
import { type Draft, requestOf } from "./draft.ts";
import { positionRows } from "./positions.ts";
import type { State } from "./state.ts";
import { UNFILTERED } from "./unfiltered-market.ts";
import { knownValue } from "./watched.ts";

const NO_PLAN: ExitPlan = {
  stop: null,
  takeProfits: [],
  breakEvenAfter: null,
  trailing: null,
  timeLimitMs: null,
};
/** Digits of a quantity that is shown before it is on the venue's step. */
const QTY_PLACES = 8;

interface Ground {
  readonly group: Group;
  readonly markUsd: Decimal | null;
  readonly floorBps: number | null;
}

const price = (usd: Decimal): string => `${formatPrice(decimalString(usd.toDecimalPlaces(12)))} USD`;
const qty = (base: Decimal): string => formatQty(decimalString(base.toDecimalPlaces(QTY_PLACES)));
const signedUsd = (usd: Decimal): string => `${formatUsd(decimalString(usd), true)} USD`;

/** Profit against the average entry, before fees; null while that is not known. */
function profitAt({ side, averageEntryUsd }: Group, base: Decimal, at: Decimal): Decimal | null {
  if (averageEntryUsd === null) return null;
  const away = at.minus(dec(averageEntryUsd));
  return away.mul(base).mul(side === "long" ? 1 : -1);
}

function awayWords(at: Decimal, { markUsd }: Ground): string {
  if (markUsd === null || markUsd.isZero()) return "";
  return `, ${formatBps(bpsOf(at.minus(markUsd).abs().div(markUsd)))} % from the mark`;
}

function profitWords(group: Group, base: Decimal, at: Decimal): string {
  const profit = profitAt(group, base, at);
  return profit === null ? "" : `, about ${signedUsd(profit)} before fees`;
}

/** Whether a stop, or a take-profit, would stand beyond the market. */
function isBeyond(at: Decimal, kind: ExitKind, { group, markUsd }: Ground): boolean {
  if (markUsd === null) return false;
  const isBelow = (group.side === "long") === (kind === "stop");
  return isBelow ? at.gte(markUsd) : at.lte(markUsd);
}

const BEYOND = "The mark is beyond it already: it would be refused.";

function closeWords(shareBps: number, ground: Ground): string[] {
  const { group, markUsd } = ground;
  const held = dec(group.qtyBase);
  const part = held.mul(shareBps).div(BPS);
  const isWhole = shareBps === BPS;
  const value =
    markUsd === null ? "" : `, about ${formatUsd(decimalString(part.mul(markUsd)))} USD at the mark`;
  const share = isWhole ? "all of it" : `${formatBps(shareBps)} %, rounded down to the venue’s step`;
  const { symbol, side } = group;
  return [
    `Closes ${qty(part)} of ${qty(held)} ${symbol} ${side} (${share})${value}: reduce-only, at market, or as its strategy’s exitRouting says.`,
    ...(markUsd === null ? [] : [`Realises${profitWords(group, part, markUsd).replace(",", "")}.`]),
    isWhole
      ? "Its exits and the entries that wait are withdrawn, and its slot is free once nothing is held."
      : `Its exits shrink to the rest of ${qty(held.minus(part))}; entries that wait stay.`,
  ];
}

const planOf = ({ plan }: Group): ExitPlan => plan ?? NO_PLAN;

/** The price of the plan's stop alone. */
function planStopUsd(group: Group): Decimal | null {
  const alone = { ...NO_PLAN, stop: planOf(group).stop };
  return stopTriggerUsd({ ...group, plan: alone }, null, UNFILTERED);
}

function stopWords(stop: NonNullable<ExitPlan["stop"]>, ground: Ground): string[] {
  const { group, floorBps } = ground;
  const moved = { ...group, plan: { ...planOf(group), stop } };
  const [before, after] = [planStopUsd(group), planStopUsd(moved)];
  if (after === null) return ["The average entry is not known, so the stop’s price is not either."];
  const counts = stopTriggerUsd(moved, floorBps, UNFILTERED);
  const from = before === null ? "The plan gets a stop at" : `The plan’s stop moves from ${price(before)} to`;
  return [
    `${from} ${price(after)}${awayWords(after, ground)}.`,
    `There ${qty(dec(group.qtyBase))} ${group.symbol} close${profitWords(group, dec(group.qtyBase), after)}.`,
    ...(counts === null || counts.eq(after)
      ? []
      : [`A nearer one at ${price(counts)} counts before it (floor, break-even or trailing).`]),
    ...(isBeyond(after, "stop", ground) ? [BEYOND] : []),
  ];
}

function ladderWords(takeProfits: ExitPlan["takeProfits"], ground: Ground): string[] {
  const { group } = ground;
  const held = dec(group.qtyBase);
  const ladder = { ...group, plan: { ...planOf(group), takeProfits } };
  const levels = takeProfits.flatMap(({ level, shareBps }, index) => {
    const at = takeProfitTriggerUsd(ladder, level, UNFILTERED);
    const name = `Take-profit ${index + 1}`;
    if (at === null) return [`${name} has no price: it hangs on a stop of the plan, or on an entry.`];
    const part = held.mul(shareBps).div(BPS);
    const what = `${qty(part)} ${group.symbol} (${formatBps(shareBps)} %)${profitWords(group, part, at)}`;
    return [
      `${name} at ${price(at)}${awayWords(at, ground)}: ${what}.`,
      ...(isBeyond(at, "takeProfit", ground) ? [BEYOND] : []),
    ];
  });
  const rest = held.minus(
    takeProfits.reduce((sum, { shareBps }) => sum.plus(held.mul(shareBps).div(BPS)), dec("0")),
  );
  return [
    `Replaces the ${planOf(group).takeProfits.length} take-profits of the plan.`,
    ...levels,
    ...(rest.gt(0) ? [`${qty(rest)} ${group.symbol} are left to the stop, a signal or a command.`] : []),
    ...(rest.lt(0) ? ["The shares are more than the whole: it would be refused."] : []),
  ];
}

function cancelWords(request: Extract<GroupRequest, { kind: "cancel_exit" }>, { group }: Ground): string[] {
  const { leg } = request;
  const plan = planOf(group);
  switch (leg.kind) {
    case "takeProfit": {
      const level = plan.takeProfits[leg.level]?.level;
      const at = level === undefined ? null : takeProfitTriggerUsd(group, level, UNFILTERED);
      const where = at === null ? "" : ` at ${price(at)}`;
      return [
        `Takes take-profit ${leg.level + 1}${where} out of the plan, and cancels it at the venue.`,
        "The quantity that it would have closed is left to the other exits.",
      ];
    }
    case "trailing":
      return ["The stop no longer follows the best price: the nearest of plan, break-even and floor counts."];
    case "timeLimit":
      return plan.timeLimitMs === null
        ? []
        : [
            `It is not closed for its age any more; it was due at ${utcText(group.openedAtMs + plan.timeLimitMs)}.`,
          ];
    case "breakEven":
      return ["The stop does not move to the average entry any more when levels are taken."];
  }
}

function adoptWords(
  request: Extract<PositionRequest, { kind: "adopt_position" }>,
  { data }: State,
): string[] {
  const { symbol, side, qtyBase, plan } = request;
  const control = knownValue(data.control);
  const config = knownValue(data.config);
  const floorBps = config?.watchdog.protectiveStopBps ?? null;
  const used = control === null ? null : Object.keys(control.slots).length;
  const slots = used === null || config === null ? "" : `: ${used} of ${config.maxOpenGroups} are used`;
  return [
    `Takes ${formatQty(qtyBase)} ${symbol} ${side} into a group of its own, if the venue still holds just that.`,
    `It takes a slot of the pool${slots}.`,
    floorBps === null
      ? "The account has no protective stop (protectiveStopBps)."
      : `The account’s protective stop rests from then on, ${formatBps(floorBps)} % from the entry.`,
    plan === null
      ? "It has no plan: no signal touches it, so it is left by commands, that stop, or a flatten."
      : "Its plan’s exits rest from then on; no signal touches it.",
  ];
}

function wordsOf(request: PositionRequest, ground: Ground | null, state: State): string[] {
  if (request.kind === "adopt_position") return adoptWords(request, state);
  if (ground === null) return ["The position is not open any more, as far as this page knows."];
  switch (request.kind) {
    case "close_position":
      return closeWords(request.shareBps, ground);
    case "move_stop":
      return stopWords(request.stop, ground);
    case "set_take_profits":
      return ladderWords(request.takeProfits, ground);
    case "cancel_exit":
      return cancelWords(request, ground);
  }
}

function groundOf(groupId: string, { data }: State): Ground | null {
  const overview = knownValue(data.overview);
  const group = overview?.groups.find((one) => one.groupId === groupId) ?? null;
  if (overview === null || group === null) return null;
  const row = positionRows(overview, knownValue(data.nav)).find(({ key }) => key === groupId);
  const markUsd = row?.markUsd == null ? null : dec(row.markUsd);
  return { group, markUsd, floorBps: knownValue(data.config)?.watchdog.protectiveStopBps ?? null };
}

/** Effects of the command as it is written now, one sentence a line; while it is no command yet, what it lacks. */
export function positionConsequences(draft: Draft, state: State): string[] {
  const parsed = requestOf(draft, state.nowMs);
  if (!parsed.ok) return [parsed.fault.remedy];
  return wordsOf(parsed.request as PositionRequest, groundOf(draft.fields.groupId, state), state);
}

/** Why a command on the group would be refused as the account stands; null when it would not. */
export function positionNeedless(
  kind: PositionRequest["kind"],
  group: Group | null,
  { data }: Pick<State, "data">,
): string | null {
  const control = knownValue(data.control);
  if (control !== null && control.flatten !== null) return "A flatten is under way, and closes everything";
  if (group !== null && dec(group.qtyBase).isZero()) return "It holds nothing yet";
  const isHalted = control?.tradingState.state === "HALTED";
  if (isHalted && kind === "close_position") return "Trading is HALTED: only a flatten closes now";
  return isHalted && kind === "set_take_profits" ? "Trading is HALTED: no take-profits are set" : null;
}
