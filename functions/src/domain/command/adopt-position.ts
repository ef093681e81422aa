// Adopting a position that the venue holds and no group accounts for: a group of its own with the venue's quantity and entry
// price of one answer, and a plan. Pure. Refused wherever two words about the position differ: nothing about it is guessed.
import { POSITION_SETTLE_MS } from "#domain/books/positions.ts";
import { isSymbolSetAside } from "#domain/books/set-aside.ts";
import { symbolChangedAtMs } from "#domain/books/symbol-changes.ts";
import { adoptedGroup } from "#domain/decide/adopted-group.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { AdoptRequest, Command } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { groupId } from "#domain/documents/ids.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import type { HeldPosition } from "#domain/nav/nav-book.ts";
import { denial } from "#domain/risk/context.ts";
import { fullPoolsFor, slotOfSymbol } from "#domain/risk/pool.ts";
import { planFault } from "./exit-commands.ts";
import { changed, halted, type PositionDecision, refusedAs } from "./position-decision.ts";

/** Group and orders of an adopted position are booked under this name: it is no strategy's, so no signal touches it. */
export const ADOPTED_STRATEGY_ID = "adopted";

const ENTRY_PLACES = 12;

export interface AdoptionGround {
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly groups: Readonly<Record<string, Group>>;
  readonly market: Market | null;
  readonly top: TopOfBook | null;
  /** The venue's word of one moment; null: it did not answer, or its answer is older than a mark may be. */
  readonly account: readonly AccountPosition[] | null;
  /** The word of another endpoint about the same; null: it did not answer. */
  readonly positions: readonly HeldPosition[] | null;
  readonly nowMs: number;
}

export function adoptPosition(
  { accountId, commandId }: Pick<Command, "accountId" | "commandId">,
  request: AdoptRequest,
  ground: AdoptionGround,
): PositionDecision {
  const { config, market, nowMs } = ground;
  const { symbol: subject, side, plan } = request;
  const unfit = unfitBooks(request, ground);
  if (unfit !== null) return unfit;
  if (market === null)
    return refusedAs(
      denial("MARKET_UNKNOWN", { unit: "symbol", subject }),
      `The steps of ${subject} are not known; try again in a minute`,
    );
  const found = agreedPosition(request, ground, market);
  if ("kind" in found) return found;
  const names = {
    groupId: groupId(accountId, commandId),
    accountId,
    strategyId: ADOPTED_STRATEGY_ID,
  };
  const entryUsd = decimalString(
    dec(found.entryCostUsd).div(dec(found.qtyBase)).toDecimalPlaces(ENTRY_PLACES),
  );
  const position = { symbol: subject, side, qtyBase: found.qtyBase, entryPriceUsd: entryUsd };
  const group: Group = { ...adoptedGroup(names, position, nowMs), plan, adoptedEntryUsd: entryUsd };
  const misplaced = planFault({ ...ground, group, market, isSetAside: false }, config);
  if (misplaced !== null) return misplaced;
  return changed(group, `Adopted ${found.qtyBase} ${subject} ${side} at ${entryUsd} USD as ${group.groupId}`);
}

/** Books in which the position could be somebody's: a group's, an order's that is out or lost, a fill's of just now. */
function unfitBooks({ symbol: subject }: AdoptRequest, ground: AdoptionGround): PositionDecision | null {
  const { control, config, groups, nowMs } = ground;
  if (control.flatten !== null)
    return halted(`The flatten ordered by ${control.flatten.orderedBy} is under way, and closes everything`);
  if (isSymbolSetAside({ control, groups }, subject))
    return refusedAs(
      denial("DOCUMENT_UNREADABLE", { unit: "symbol", subject }),
      `A group of ${subject} is open, and a document of it cannot be read; mend it first`,
    );
  const open = slotOfSymbol(control, subject);
  if (open !== null)
    return refusedAs(
      denial("SYMBOL_HELD_BY_STRATEGY", {
        limit: open.slot.strategyId,
        actual: ADOPTED_STRATEGY_ID,
        unit: "strategy",
        subject,
      }),
      `Group ${open.groupId} of ${open.slot.strategyId} holds ${subject}`,
    );
  const isOut = [...Object.values(control.reservations), ...Object.values(control.absentOrders)].some(
    ({ symbol }) => symbol === subject,
  );
  if (isOut || nowMs - symbolChangedAtMs(control, subject) < POSITION_SETTLE_MS)
    return refusedAs(
      denial("ORDER_IN_FLIGHT", { unit: "base", subject }),
      `An order of ours in ${subject} is out, or was a moment ago; the position may be its own`,
    );
  const [full] = fullPoolsFor(control, config, subject);
  if (full === undefined) return null;
  return refusedAs(full, `The pool is full: ${full.actual} of ${full.limit} groups are open`);
}

/** The venue's position, where both of its answers and the command say the same. */
function agreedPosition(
  { symbol: subject, side, qtyBase }: AdoptRequest,
  { account, positions }: AdoptionGround,
  market: Market,
): AccountPosition | PositionDecision {
  if (account === null || positions === null)
    return refusedAs(
      denial("POSITION_UNKNOWN", { unit: "symbol", subject }),
      "The venue does not say now what is held; try again",
    );
  const found = account.find(({ symbol }) => symbol === subject);
  const other = positions.find(({ symbol }) => symbol === subject);
  if (found === undefined && other === undefined)
    return refusedAs(denial("POSITION_NOT_OPEN", { subject }), `The venue holds no ${subject}`);
  const words = [found, other].map((each) => (each === undefined ? "none" : `${each.qtyBase} ${each.side}`));
  const agree = found !== undefined && other !== undefined && words[0] === words[1];
  if (!agree || found.side !== side || !dec(found.qtyBase).eq(dec(qtyBase)))
    return refusedAs(
      denial("POSITION_DIFFERS", { limit: qtyBase, actual: found?.qtyBase ?? "0", unit: "base", subject }),
      agree
        ? `The command says ${qtyBase} ${side}, and the venue holds ${words[0]}`
        : `Two answers of the venue differ, ${words.join(" and ")}; try again in a minute`,
    );
  if (dec(found.qtyBase).gte(dec(market.minQtyBase))) return found;
  return refusedAs(
    denial("QUANTITY_BELOW_MINIMUM", {
      limit: market.minQtyBase,
      actual: found.qtyBase,
      unit: "base",
      subject,
    }),
    "It is less than the venue's smallest order, so no exit could close it",
  );
}
