// Questions to the venue about resting exits, answered as facts. An exit is sent once; what is not a refusal leaves
// its fate open, and only a look-up under its own id decides it.

import type { Books, ExecutionDeps } from "#app/books";
import { closingSide } from "#domain/decide/protective-stop.ts";
import type { StopFact } from "#domain/decide/stop-facts.ts";
import { dec } from "#domain/decimal.ts";
import type { Group, RestingExit } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { ExitKind } from "#domain/documents/words.ts";
import { createdStop, withShortLookUps } from "#ports/created.ts";
import { rejectionOf, type Venue, VenueError, type VenueStop } from "#ports/venue.ts";

/** A stop's order that the venue did not take when the stop fired, in place of the code that it does not tell. */
export const ORDER_NOT_TAKEN_CODE = "STOP_ORDER_NOT_TAKEN";

/** An exit that is stored and not sent yet. */
export interface PlannedExit {
  readonly group: Group;
  readonly exit: RestingExit;
  readonly kind: ExitKind;
}

/** The venue's answer as facts; none while its word settles nothing. */
export interface StopAnswer {
  readonly fact: StopFact | null;
  /** Venue ban to latch with the fact; 0 for none. */
  readonly venueBannedUntilMs: number;
}

/** Sends an exit as it is in the books in which it has just been planned. */
export async function sendStop(
  deps: ExecutionDeps,
  books: Books,
  { group, exit, kind }: PlannedExit,
  market: Market,
): Promise<StopAnswer> {
  const { clientStopId, qtyBase, triggerPriceUsd, sendDeadlineMs } = exit;
  const { symbol } = group;
  const request = { clientStopId, kind, symbol, side: closingSide(group), qtyBase, triggerPriceUsd };
  try {
    const venue = await deps.venueFor(books.profile);
    const said = await createdStop(withShortLookUps(venue, deps.deadline), request, {
      market,
      sendDeadlineMs,
    });
    return { fact: factOf(said), venueBannedUntilMs: 0 };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { code, message, retryAtMs } = error;
    deps.logger.warn("The venue did not take an exit", { clientStopId, kind: error.kind, code, message });
    const fact: StopFact | null =
      error.kind === "rejected" ? { type: "refused", clientStopId, refusal: rejectionOf(error) } : null;
    return { fact, venueBannedUntilMs: error.kind === "banned" ? (retryAtMs ?? 0) : 0 };
  }
}

/** Throws VenueError when the venue cannot be asked. */
export async function lookUpStop(venue: Venue, market: Market, id: string): Promise<StopFact | null> {
  const said = await venue.findStop(market, id);
  return said === null ? { type: "notKnown", clientStopId: id } : factOf(said);
}

/** Throws VenueError when the venue cannot be asked. */
export async function withdrawStop(venue: Venue, market: Market, id: string): Promise<StopFact | null> {
  if (await venue.cancelStop(market, id)) return { type: "ended", clientStopId: id };
  // Nothing waits under the id: withdrawn before, never arrived, or fired, and then it may have taken something.
  return await lookUpStop(venue, market, id);
}

/** Null while its order works: how much it takes is not settled. */
function factOf(said: VenueStop): StopFact | null {
  const { clientStopId, status, filledQtyBase } = said;
  switch (status) {
    case "RESTING":
      return { type: "rests", clientStopId };
    case "FIRED":
      return null;
    case "CANCELED":
      return { type: "ended", clientStopId };
    case "REFUSED": {
      const message = "It fired, and the venue did not take its order";
      return { type: "refused", clientStopId, refusal: { code: ORDER_NOT_TAKEN_CODE, message } };
    }
    case "DONE":
      return dec(filledQtyBase).isZero() ? { type: "ended", clientStopId } : filledFact(said);
  }
}

function filledFact(said: VenueStop): StopFact {
  const { clientStopId, filledQtyBase, averagePriceUsd, triggerPriceUsd, venueOrderId, side } = said;
  const prices = { averagePriceUsd, triggerPriceUsd };
  return {
    type: "filled",
    clientStopId,
    filledQtyBase,
    ...prices,
    venueOrderId,
    side,
    atMs: said.updatedAtMs,
  };
}
