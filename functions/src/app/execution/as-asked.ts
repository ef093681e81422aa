// The venue's word on an order, if it is about what was asked. An answer about another quantity, side or kind is an error
// of its own: told, and never booked, since its fills would not be those of the order in the books.
import type { ExecutionDeps } from "#app/books";
import { raiseAlert } from "#app/telling";
import { differencesOf } from "#domain/decide/answer.ts";
import type { Order } from "#domain/documents/order.ts";
import { VenueError, type VenueOrder } from "#ports/venue.ts";

const ANSWER_DIFFERS_CODE = "ANSWER_DIFFERS";

/** Throws VenueError `unknown` `ANSWER_DIFFERS` once people have been told. */
export async function asAsked(
  deps: ExecutionDeps,
  { accountId, request }: Order,
  said: VenueOrder,
): Promise<VenueOrder> {
  const differences = differencesOf(request, said);
  if (differences.length === 0) return said;
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
