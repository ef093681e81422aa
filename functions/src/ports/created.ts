// A creation brought to the venue's word on it. Where the venue only acknowledges, the order or stop is looked up once, at
// once; a look-up that fails or shows nothing leaves the outcome unknown. Must not take an acknowledgement for a fill.
import type { OrderRequest } from "#domain/documents/order.ts";
import type { AcknowledgedDoubt } from "#domain/documents/words.ts";
import { type Deadline, DeadlineExceededError } from "./deadline.ts";
import {
  type Acknowledged,
  type CreateOrderOptions,
  type StopRequest,
  type Venue,
  VenueError,
  type VenueOrder,
  type VenueStop,
} from "./venue.ts";

/**
 * Longest wait for the look-up behind an acknowledgement: with the creation it stays well inside a lease. A venue that shows an
 * order shows it within a second; what takes longer is asked for again by the next look.
 */
const LOOK_UP_LIMIT_MS = 3_000;

/** The venue, whose look-ups are waited for no longer than that. */
export function withShortLookUps(venue: Venue, deadline: Deadline): Venue {
  return {
    ...venue,
    findOrder: (...asked) => deadline.within(venue.findOrder(...asked), LOOK_UP_LIMIT_MS),
    findStop: (...asked) => deadline.within(venue.findStop(...asked), LOOK_UP_LIMIT_MS),
  };
}

/** Throws VenueError as `createOrder` does; `rejected` also for an order that was refused after its acknowledgement. */
export async function createdOrder(
  venue: Pick<Venue, "createOrder" | "findOrder">,
  request: OrderRequest,
  options: CreateOrderOptions,
): Promise<VenueOrder> {
  const said = await venue.createOrder(request, options);
  if (!isAcknowledged(said)) return said;
  const found = await shown(said, () => venue.findOrder(options.market, said.clientOrderId));
  const { status, rejection } = found;
  if (status !== "REJECTED" || rejection === undefined) return found;
  const { code, message, reason } = rejection;
  const details = reason === undefined || reason === null ? {} : { reason };
  throw new VenueError("rejected", code, message, details);
}

/** Throws VenueError as `createStop` does. */
export async function createdStop(
  venue: Pick<Venue, "createStop" | "findStop">,
  request: StopRequest,
  options: CreateOrderOptions,
): Promise<VenueStop> {
  const said = await venue.createStop(request, options);
  return isAcknowledged(said)
    ? await shown(said, () => venue.findStop(options.market, said.clientOrderId))
    : said;
}

function isAcknowledged(said: VenueOrder | VenueStop | Acknowledged): said is Acknowledged {
  return "acknowledged" in said;
}

async function shown<Found>(
  { clientOrderId, venueOrderId }: Acknowledged,
  lookUp: () => Promise<Found | null>,
): Promise<Found> {
  const fault = `The venue acknowledged ${clientOrderId} as its ${venueOrderId}, and`;
  const found = await lookUp().catch((error: unknown) => {
    if (!(error instanceof VenueError || error instanceof DeadlineExceededError)) throw error;
    throw inDoubt("NOT_LOOKED_UP", `${fault} the look-up failed: ${error.message}`, error);
  });
  if (found !== null) return found;
  throw inDoubt("NOT_SHOWN", `${fault} does not show it yet`);
}

function inDoubt(code: AcknowledgedDoubt, text: string, cause?: Error): VenueError {
  return new VenueError("unknown", code, text, { cause });
}
