// The venue's position in a symbol, as the NAV has it, held against the books. It counts only where the NAV was asked
// for after the books of the symbol last changed; then a difference that no live order explains refuses entries there.
import { positionIn, reservationsIn, slotsIn } from "#domain/books/by-symbol.ts";
import { dustIn, signedBase } from "#domain/books/dust.ts";
import { isLessThan, POSITION_SETTLE_MS } from "#domain/books/positions.ts";
import { KEPT_CHANGE_MS, symbolChangedAtMs } from "#domain/books/symbol-changes.ts";
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { OrderSide } from "#domain/documents/words.ts";
import { denial, type RiskCheck, type RiskState } from "./context.ts";

/** A NAV is dated at the end of its run; its positions may be older by three tries of 8 s and the waits between. */
const NAV_RUN_MS = 30_000;

type Ground = Pick<RiskState, "control" | "nav" | "nowMs">;

/** Quantities are signed: a short is below zero. */
interface Booked {
  readonly heldBase: Decimal;
  /** Held, if every live sale, or every live purchase, fills. */
  readonly leastBase: Decimal;
  readonly mostBase: Decimal;
}

/** Dust counts as held: the books know of it. */
export function bookedBase(control: ControlState, symbol: string): Booked {
  const sum = (of: readonly Decimal[]) => of.reduce((total, each) => total.plus(each), new Decimal(0));
  const slots = slotsIn(control, symbol);
  const live = reservationsIn(control, symbol);
  const liveBase = (wanted: OrderSide) =>
    sum(live.filter(({ side }) => side === wanted).map(({ qtyBase }) => dec(qtyBase)));
  const ofSlots = sum(slots.map(({ slot }) => signedBase(slot.side, slot.qtyBase)));
  const heldBase = ofSlots.plus(dustIn(control.dust, symbol));
  return {
    heldBase,
    leastBase: heldBase.minus(liveBase("sell")),
    mostBase: heldBase.plus(liveBase("buy")),
  };
}

/** Signed, zero where it holds nothing; null when the NAV cannot be held against the books of the symbol. */
export function venueBase({ control, nav, nowMs }: Ground, symbol: string): Decimal | null {
  if (nav === null || nav.asOfMs === null || nowMs - nav.asOfMs > KEPT_CHANGE_MS) return null;
  const askedAtMs = nav.asOfMs - NAV_RUN_MS;
  // After a fill the venue's positions may follow its orders late.
  if (askedAtMs < symbolChangedAtMs(control, symbol) + POSITION_SETTLE_MS) return null;
  const position = positionIn(nav, symbol);
  return position === undefined ? new Decimal(0) : signedBase(position.side, position.qtyBase);
}

/**
 * A rest below the venue's smallest order that no group accounts for is no difference: no order could close it, so it would
 * refuse entries for ever. What the books have too much is one, however little: reconcile puts it right within a minute, and
 * an entry before that would take over what is not there.
 */
export const positionAccountedFor: RiskCheck = (context) => {
  const { control, market, intent } = context;
  const atVenue = venueBase(context, intent.symbol);
  if (atVenue === null) return null;
  const { heldBase, leastBase, mostBase } = bookedBase(control, intent.symbol);
  const beyond = Decimal.max(leastBase.minus(atVenue), atVenue.minus(mostBase));
  const hasGroup = slotsIn(control, intent.symbol).length > 0;
  const isStray = !hasGroup && !isLessThan(atVenue, heldBase);
  const isRest = isStray && market !== null && beyond.lt(dec(market.minQtyBase));
  if (beyond.lte(0) || isRest) return null;
  return denial(isStray ? "POSITION_UNKNOWN" : "POSITION_DIFFERS", {
    limit: decimalString(heldBase),
    actual: decimalString(atVenue),
    unit: "base",
    subject: intent.symbol,
  });
};
