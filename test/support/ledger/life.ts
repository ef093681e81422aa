// One life of a position, step by step, lived by the venue, the product and the plain ledger side by side; and where they
// differ. The venue is the truth of what happened, the ledger of what should follow from it.
import { closingSide } from "#domain/decide/protective-stop.ts";
import type { StopFact } from "#domain/decide/stop-facts.ts";
import type { Market } from "#domain/documents/market.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { VenueEvidence } from "#domain/lifecycle/order-lifecycle.ts";
import { profitUsd as productProfitUsd } from "#domain/lifecycle/profit.ts";
import { market as marketWith } from "#test/support/factories.ts";
import { differences } from "./differences.ts";
import {
  Exact,
  heldLots,
  type Ledger,
  lookAt,
  openLedger,
  profitUsd,
  type Terms,
  wantedLots,
} from "./plain-ledger.ts";
import * as product from "./product-of-life.ts";
import {
  type Firing,
  isBeyond,
  type LifeVenue,
  move,
  openVenue,
  pass,
  priceAt,
  quantityOf,
  trade,
} from "./venue-of-life.ts";

export type Step =
  | { readonly do: "move"; readonly bps: number; readonly permille: number }
  | { readonly do: "wait"; readonly minutes: number; readonly fundingUsd: string }
  | { readonly do: "enter"; readonly lots: number }
  | { readonly do: "fill"; readonly permille: number }
  | { readonly do: "endOrder" }
  | { readonly do: "reduce"; readonly bps: number }
  | { readonly do: "close" }
  | { readonly do: "look" }
  | { readonly do: "outside"; readonly permille: number }
  /** From here on the venue does not answer about exits, until the next look. */
  | { readonly do: "silence" };

export interface Life {
  readonly ledger: Ledger;
  readonly venue: LifeVenue;
  readonly books: product.LifeBooks;
  readonly openedAtMs: number;
  /** News of exits that were not told yet. */
  readonly untold: StopFact[];
  readonly fired: Map<string, Firing>;
  readonly told: Set<string>;
  readonly sent: Set<string>;
  silent: boolean;
  /** Something happened that only the next look will know. */
  needsLook: boolean;
}

const OPENED_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const START_TICKS = 10_000;
const LOWEST_TICKS = 100;

function marketOf({ lotBase, tickUsd, leastLots, mostLots }: Terms): Market {
  const [minQtyBase, maxMarketQtyBase] = [leastLots, mostLots].map((lots) =>
    new Exact(lots).mul(lotBase).toFixed(),
  );
  const limits = { minQtyBase: minQtyBase ?? "", maxMarketQtyBase: maxMarketQtyBase ?? "" };
  return marketWith({ stepSizeBase: lotBase, tickSizeUsd: tickUsd, ...limits });
}

/** Every difference between product and ledger in a whole life, each with its step; none where they agree. */
export function differencesOfLife(terms: Terms, steps: readonly Step[]): readonly string[] {
  const life: Life = {
    ledger: openLedger(terms),
    venue: openVenue(terms, START_TICKS, OPENED_MS),
    books: product.openBooks(terms, marketOf(terms), OPENED_MS),
    openedAtMs: OPENED_MS,
    untold: [],
    fired: new Map(),
    told: new Set(),
    sent: new Set(),
    silent: false,
    needsLook: false,
  };
  for (const [place, step] of steps.entries()) {
    take(life, step);
    // With its end everything is withdrawn, and the venue answers.
    if (isGroupEnded(life.books.group.status)) life.silent = false;
    act(life);
    const found = differences(life);
    if (found.length > 0) return found.map((each) => `after step ${place}, ${step.do}: ${each}`);
    if (isOver(life)) break;
  }
  return endOf(life);
}

function isOver({ books, venue }: Life): boolean {
  return isGroupEnded(books.group.status) && !product.hasLiveOrder(books) && venue.resting.size === 0;
}

function take(life: Life, step: Step): void {
  const { venue } = life;
  venue.nowMs += 1_000;
  switch (step.do) {
    case "move":
      go(life, step);
      break;
    case "wait":
      pass(venue, step.minutes * 60_000, step.fundingUsd);
      break;
    case "enter":
      enter(life, step.lots);
      break;
    case "fill":
      fill(life, step.permille);
      break;
    case "endOrder":
      endOrder(life);
      break;
    case "reduce":
      reduce(life, step.bps);
      break;
    case "close":
      reduce(life, null);
      break;
    case "look":
      look(life);
      break;
    case "outside":
      outside(life, step.permille);
      break;
    case "silence":
      life.silent ||= !isGroupEnded(life.books.group.status) && heldLots(life.ledger) > 0;
  }
}

function go(life: Life, { bps, permille }: Extract<Step, { do: "move" }>): void {
  const ticks = Math.max(LOWEST_TICKS, Math.round((life.venue.ticks * (10_000 + bps)) / 10_000));
  for (const firing of move(life.venue, ticks, permille)) note(life, firing);
  act(life);
}

/** Its fill is known once it is told. */
function note(life: Life, firing: Firing): void {
  const { order, lots, priceUsd } = firing;
  life.fired.set(order.id, firing);
  if (life.silent) life.needsLook = true;
  life.untold.push(factOf(life, order.id, lots, priceUsd));
}

function factOf({ venue, books }: Life, clientStopId: string, lots: number, priceUsd: string): StopFact {
  if (lots === 0) return { type: "ended", clientStopId };
  const filledQtyBase = quantityOf(venue.terms, lots);
  const prices = { averagePriceUsd: priceUsd, triggerPriceUsd: priceUsd };
  const order = {
    venueOrderId: `of-${clientStopId}`,
    side: closingSide(books.group),
    atMs: books.group.updatedAtMs,
  };
  return { type: "filled", clientStopId, filledQtyBase, ...prices, ...order };
}

/** Sends what is to be sent, withdraws what is to go, and tells the product what became of both, until nothing is new. */
function act(life: Life): void {
  for (let rounds = 0; rounds < 20; rounds += 1) {
    for (const exit of product.toSend(life.books)) {
      if (life.sent.has(exit.clientStopId)) continue;
      life.sent.add(exit.clientStopId);
      life.untold.push(sendOne(life, exit));
    }
    if (life.silent) return;
    for (const id of product.toWithdraw(life.books)) life.untold.push(withdrawOne(life, id));
    const facts = life.untold.splice(0);
    if (facts.length === 0) return;
    for (const fact of facts) enterFact(life, fact);
    product.learn(life.books, facts, life.venue.nowMs);
  }
  throw new Error("Exits were sent and withdrawn for ever");
}

function sendOne({ venue }: Life, exit: ReturnType<typeof product.toSend>[number]): StopFact {
  const { clientStopId: id, kind, triggerPriceUsd: triggerUsd, qtyBase } = exit;
  const refusal = {
    code: "-2021",
    message: "Order would immediately trigger.",
    reason: "wouldFireNow",
  } as const;
  if (isBeyond(venue, { kind, triggerUsd })) return { type: "refused", clientStopId: id, refusal };
  const lots = new Exact(qtyBase).div(venue.terms.lotBase).toNumber();
  venue.resting.set(id, { id, kind, lots, triggerUsd });
  return { type: "rests", clientStopId: id };
}

function withdrawOne(life: Life, id: string): StopFact {
  const firing = life.fired.get(id);
  if (life.venue.resting.delete(id) || firing === undefined) return { type: "ended", clientStopId: id };
  return factOf(life, id, firing.lots, firing.priceUsd);
}

function enterFact(life: Life, fact: StopFact): void {
  const { ledger, books, fired, told } = life;
  if (told.has(`${fact.type} ${fact.clientStopId}`)) return;
  told.add(`${fact.type} ${fact.clientStopId}`);
  const firing = fired.get(fact.clientStopId);
  if (fact.type === "filled" && firing !== undefined) {
    const { lots, priceUsd, place, order } = firing;
    ledger.entries.push({ kind: order.kind === "stop" ? "leave" : "takeProfit", lots, priceUsd, place });
  }
  const level = books.group.takeProfits.find(({ clientStopId }) => clientStopId === fact.clientStopId);
  if (fact.type === "refused" && level !== undefined && level.status !== "GONE") {
    const lots = new Exact(level.qtyBase).div(ledger.terms.lotBase).toNumber();
    ledger.entries.push({ kind: "passed", lots });
    // Its closing is the next pass's, and the other exits follow that.
    life.needsLook = true;
  }
}

function enter(life: Life, lots: number): void {
  const { books, venue, ledger } = life;
  const isOpen = !isGroupEnded(books.group.status) && books.group.closing === null;
  if (!isOpen || product.isBeyond(books) || product.hasLiveOrder(books)) return;
  product.enter(books, venue, Math.min(Math.max(lots, ledger.terms.leastLots), ledger.terms.mostLots));
  ledger.entries.push({ kind: "orders", enter: true, leave: false });
  hear(life, "ACCEPTED");
}

/** The venue's word on the live order, with what it has taken so far. */
function hear(life: Life, status: VenueEvidence["status"]): void {
  const { books, venue, ledger } = life;
  if (books.order === null) return;
  const venueOrderId = `of-${books.order.request.clientOrderId}`;
  const trades = venue.trades.filter((each) => each.venueOrderId === venueOrderId);
  const filled = trades.reduce((sum, { qtyBase }) => sum.plus(qtyBase), new Exact(0));
  const paid = trades.reduce(
    (sum, { qtyBase, priceUsd }) => sum.plus(new Exact(qtyBase).mul(priceUsd)),
    new Exact(0),
  );
  const averagePriceUsd = filled.isZero() ? null : paid.div(filled).toDecimalPlaces(12).toFixed();
  const evidence = { venueOrderId, status, filledQtyBase: filled.toFixed(), averagePriceUsd };
  const isLast = status !== "ACCEPTED" && status !== "PARTIALLY_FILLED";
  if (isLast) ledger.entries.push({ kind: "orders", enter: false, leave: false });
  product.hear(books, evidence, venue.nowMs);
  act(life);
}

function fill(life: Life, permille: number): void {
  const { books, venue, ledger } = life;
  const { order } = books;
  if (order === null || !product.hasLiveOrder(books)) return;
  const { reduceOnly, qtyBase } = order.request;
  const left = new Exact(qtyBase).minus(order.filledQtyBase).div(ledger.terms.lotBase).toNumber();
  const found = Math.ceil((left * permille) / 1_000);
  const lots = reduceOnly ? Math.min(found, venue.heldLots) : found;
  if (lots === 0) {
    hear(life, "EXPIRED");
    return;
  }
  const venueOrderId = `of-${order.request.clientOrderId}`;
  const place = trade(venue, { isEntry: !reduceOnly, lots, ticks: venue.ticks, venueOrderId });
  const priceUsd = priceAt(venue, venue.ticks);
  ledger.entries.push({ kind: reduceOnly ? "leave" : "enter", lots, priceUsd, place });
  hear(life, lots === left ? "FILLED" : "PARTIALLY_FILLED");
}

function endOrder(life: Life): void {
  if (product.hasLiveOrder(life.books)) hear(life, "CANCELED");
}

function reduce(life: Life, bps: number | null): void {
  const { books, ledger, venue } = life;
  const { leastLots } = ledger.terms;
  if (isGroupEnded(books.group.status) || product.hasLiveOrder(books) || product.isBeyond(books)) return;
  if (life.needsLook) return;
  const held = heldLots(ledger);
  const share = bps === null ? held : Math.floor((held * bps) / 10_000);
  const lots = share > 0 && held - share < leastLots ? held : share;
  const before = books.ordersMade;
  product.reduce(books, venue.nowMs, bps);
  if (books.ordersMade > before !== lots >= leastLots)
    throw new Error(`A reduction of ${lots} of ${held} lots`);
  if (books.ordersMade === before) return;
  ledger.entries.push({ kind: "orders", enter: false, leave: true });
  ledger.entries.push({ kind: "wish", toLots: bps === null ? 0 : held - lots });
  hear(life, "ACCEPTED");
}

/** The minute's pass: everything untold, prices, ages, and what is still to be closed. */
function look(life: Life): void {
  const { books, venue, ledger } = life;
  life.silent = false;
  act(life);
  life.needsLook = false;
  if (product.account(books, venue, venue.nowMs)) act(life);
  if (isGroupEnded(books.group.status)) return;
  const priceUsd = priceAt(venue, venue.ticks);
  if (!product.isBeyond(books)) {
    lookAt(ledger, priceUsd);
    if (product.look(books, priceUsd, venue.nowMs)) act(life);
  }
  age(life);
  const went = product.goOn(books, venue.nowMs);
  if (went === "gaveUp") {
    ledger.entries.push({ kind: "giveUp" });
    act(life);
    life.needsLook = !isGroupEnded(books.group.status);
  }
  if (went !== "sent") return;
  ledger.entries.push({ kind: "orders", enter: false, leave: true });
  hear(life, "ACCEPTED");
}

function age(life: Life): void {
  const { books, venue, ledger } = life;
  const { timeLimitMs } = ledger.terms.plan;
  const isOld = timeLimitMs !== null && venue.nowMs - life.openedAtMs >= timeLimitMs;
  const isDue = isOld && heldLots(ledger) > 0 && wantedLots(ledger) !== 0;
  if (product.wishForAge(books, venue.nowMs) !== isDue)
    throw new Error(`An age that is ${isDue ? "" : "not "}due`);
  if (isDue) ledger.entries.push({ kind: "wish", toLots: 0 });
}

/** Somebody else takes from the position: a liquidation, or a hand. */
function outside(life: Life, permille: number): void {
  const { books, venue, ledger } = life;
  const isQuiet = !product.hasLiveOrder(books) && !life.silent && !isGroupEnded(books.group.status);
  const lots = Math.ceil((venue.heldLots * permille) / 1_000);
  if (!isQuiet || lots === 0) return;
  const venueOrderId = `outside-${venue.trades.length}`;
  venue.outside.add(venueOrderId);
  const place = trade(venue, { isEntry: false, lots, ticks: venue.ticks, venueOrderId });
  ledger.entries.push({ kind: "outside", lots, priceUsd: priceAt(venue, venue.ticks), place });
  product.adjust(books, quantityOf(venue.terms, venue.heldLots), venue.nowMs);
  act(life);
  life.needsLook = !isGroupEnded(books.group.status);
}

/** Most passes until a position that is being closed is gone. */
const LAST_PASSES = 60;

/** Everything is closed, and the profit is the venue's. */
function endOf(life: Life): readonly string[] {
  const { books, venue, ledger } = life;
  for (let passes = 0; passes < LAST_PASSES; passes += 1) {
    look(life);
    if (isOver(life)) break;
    if (passes === 0) endOrder(life);
    reduce(life, null);
    fill(life, 1_000);
    const found = differences(life);
    if (found.length > 0) return found.map((each) => `closing, pass ${passes}: ${each}`);
  }
  if (!isOver(life)) return [`it never ended: ${JSON.stringify(books.group)}`];
  const { slots, reservations, stopsToCancel, closings } = books.control;
  const left = [slots, reservations, stopsToCancel].flatMap((each) => Object.keys(each)).concat(closings);
  if (left.length > 0) return [`its end left ${left.join(", ")}`];
  product.account(books, venue, venue.nowMs + 600_000);
  if (books.group.averageEntryUsd === null) return [];
  const fees = venue.trades.reduce((sum, { fee }) => sum.plus(fee), new Exact(0));
  const funding = venue.incomes.reduce((sum, { amount }) => sum.plus(amount), new Exact(0));
  const net = profitUsd(ledger).minus(fees).plus(funding);
  const said = new Exact(productProfitUsd(books.group));
  if (books.group.accounts?.settled !== true)
    return [`its accounts never settled: ${JSON.stringify(books.group.accounts)}`];
  return said.minus(net).abs().lt("0.000001")
    ? []
    : [`profit ${said.toFixed()}, by the ledger ${net.toFixed()}`];
}
