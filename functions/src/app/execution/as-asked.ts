// The venue's word on an order, if it is about what was asked. An answer about another quantity or side is an error of its
// own: told, and never booked, since its fills would not be those of the order in the books. An order of ours on terms that the
// venue has changed is told and booked: a position that no book holds has no stop.
import type { ExecutionDeps } from "#app/books";
import { raiseAlert } from "#app/telling";
import { changedTerms, differencesOf } from "#domain/decide/answer.ts";
import type { Order } from "#domain/documents/order.ts";
import { VenueError, type VenueOrder } from "#ports/venue.ts";

const ANSWER_DIFFERS_CODE = "ANSWER_DIFFERS";
const TERMS_CHANGED_CODE = "TERMS_CHANGED";

/** Throws VenueError `unknown` `ANSWER_DIFFERS` once people have been told. */
export async function asAsked(deps: ExecutionDeps, order: Order, said: VenueOrder): Promise<VenueOrder> {
  const { accountId, request } = order;
  const differences = differencesOf(request, said);
  if (differences.length === 0) {
    await tellChangedTerms(deps, order, said);
    return said;
  }
  const { clientOrderId, symbol } = request;
  const message = `The venue's answer about ${clientOrderId} is not what was asked: ${differences.join(", ")}`;
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: ANSWER_DIFFERS_CODE,
    message,
    remedy: `Look at the order and the position of ${symbol} at the venue; the books leave the order open`,
    dedupeKey: `${clientOrderId}/${differences.join("/")}`,
  });
  throw new VenueError("unknown", ANSWER_DIFFERS_CODE, message);
}

async function tellChangedTerms(
  deps: ExecutionDeps,
  { accountId, request }: Order,
  said: VenueOrder,
): Promise<void> {
  const changed = changedTerms(request, said);
  if (changed === null) return;
  const { clientOrderId, symbol } = request;
  const { changes, isWorse } = changed;
  await raiseAlert(deps, {
    accountId,
    severity: isWorse ? "critical" : "warning",
    code: TERMS_CHANGED_CODE,
    message: `The venue took ${clientOrderId} on other terms than were asked: ${changes.join(", ")}. What it fills is booked`,
    remedy: isWorse
      ? `Compare the order with the position of ${symbol} at the venue, and close what was never wanted`
      : `Look whether the price that was asked for ${symbol} lay beyond the venue's band`,
    dedupeKey: `${clientOrderId}/terms/${changes.join("/")}`,
  });
}
