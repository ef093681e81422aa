// Mutations of how the venue is spoken to: what a lost answer means, and under which id an order goes out again.
import type { OrderRequest } from "#domain/documents/order.ts";
import {
  type Acknowledged,
  type CreateOrderOptions,
  type Venue,
  VenueError,
  type VenueOrder,
} from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";

type Create = (
  venue: Venue,
  request: OrderRequest,
  options: CreateOrderOptions,
) => ReturnType<Venue["createOrder"]>;

function creating(venue: Venue, create: Create): Venue {
  return { ...venue, createOrder: (request, options) => create(venue, request, options) };
}

function endedUnfilled({ timeInForce: _none, ...request }: OrderRequest, updatedAtMs: number): VenueOrder {
  return {
    ...request,
    venueOrderId: "1",
    status: "CANCELED",
    filledQtyBase: "0",
    averagePriceUsd: null,
    updatedAtMs,
  };
}

function asFilled(
  { timeInForce: _none, ...request }: OrderRequest,
  { venueOrderId }: Acknowledged,
  updatedAtMs: number,
): VenueOrder {
  const filled = { filledQtyBase: request.qtyBase, averagePriceUsd: request.priceUsd };
  return { ...request, ...filled, venueOrderId, status: "FILLED", updatedAtMs };
}

const isUnknown = (error: unknown): error is VenueError =>
  error instanceof VenueError && error.kind === "unknown";

const WEIGHT_HEADER = /^x-mbx-used-weight-1m$/i;

export const VENUE_MUTATIONS: readonly Mutation[] = [
  {
    name: "weightHeaderIgnored",
    says: "The venue's count of request weight is not read.",
    hooks: () => ({
      transport: (transport) => async (request) => {
        const response = await transport(request);
        const headers = Object.entries(response.headers).filter(([name]) => !WEIGHT_HEADER.test(name));
        return { ...response, headers: Object.fromEntries(headers) };
      },
    }),
  },
  {
    name: "resendUnderNewId",
    says: "What is sent again goes out under another id.",
    hooks: () => {
      const sent = new Set<string>();
      return {
        venue: (venue) =>
          creating(venue, async (real, request, options) => {
            const { clientOrderId } = request;
            const isAgain = sent.has(clientOrderId);
            sent.add(clientOrderId);
            const asked = isAgain ? { ...request, clientOrderId: `${clientOrderId}x` } : request;
            return await real.createOrder(asked, options);
          }),
      };
    },
  },
  {
    name: "sendAgainAtOnce",
    says: "A send without an answer is repeated on the spot.",
    hooks: () => ({
      venue: (venue) =>
        creating(venue, async (real, request, options) => {
          try {
            return await real.createOrder(request, options);
          } catch (error) {
            if (!isUnknown(error)) throw error;
            return await real.createOrder(request, options);
          }
        }),
    }),
  },
  {
    name: "callUnknownRejected",
    says: "A send without an answer is booked as refused.",
    hooks: () => ({
      venue: (venue) =>
        creating(venue, async (real, request, options) => {
          try {
            return await real.createOrder(request, options);
          } catch (error) {
            if (!isUnknown(error)) throw error;
            throw new VenueError("rejected", error.code, error.message, { cause: error });
          }
        }),
    }),
  },
  {
    name: "callSilenceAnEnd",
    says: "A look-up without an answer counts as the word that the order ended unfilled.",
    hooks: () => {
      const asked = new Map<string, OrderRequest>();
      return {
        venue: (venue, { nowMs }) => ({
          ...venue,
          async createOrder(request, options) {
            asked.set(request.clientOrderId, request);
            return await venue.createOrder(request, options);
          },
          async findOrder(market, clientOrderId) {
            try {
              return await venue.findOrder(market, clientOrderId);
            } catch (error) {
              const request = asked.get(clientOrderId);
              if (request === undefined || !(error instanceof VenueError)) throw error;
              return endedUnfilled(request, nowMs());
            }
          },
        }),
      };
    },
  },
  {
    name: "reduceOnlyFlips",
    says: "A reduction goes out without the venue's guard against turning the position round.",
    hooks: () => ({
      venue: (venue) =>
        creating(venue, async (real, request, options) =>
          real.createOrder({ ...request, reduceOnly: false }, options),
        ),
    }),
  },
  {
    name: "transfersAreProfit",
    says: "The venue's transfers are not told from what trading made.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchIncome(sinceMs) {
          const incomes = await venue.fetchIncome(sinceMs);
          return incomes.map((income) =>
            income.kind === "transfer" ? { ...income, kind: "realizedPnl" } : income,
          );
        },
      }),
    }),
  },
  {
    name: "stopSentTwice",
    says: "A stop is sent a second time, under an id that was never stored.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async createStop(request, options) {
          const first = await venue.createStop(request, options);
          await venue.createStop({ ...request, clientStopId: `${request.clientStopId}x` }, options);
          return first;
        },
      }),
    }),
  },
  {
    name: "orderMore",
    says: "The quantity that goes out is not the one that was stored.",
    hooks: () => ({
      venue: (venue) =>
        creating(venue, async (real, request, options) => {
          const qtyBase = String(Number(request.qtyBase) * 2);
          return await real.createOrder({ ...request, qtyBase }, options);
        }),
    }),
  },
  {
    name: "idsOnlyTakenForFilled",
    says: "An answer of ids alone is taken for an order that was filled at once.",
    venue: "bybit-linear",
    hooks: () => ({
      venue: (venue, { nowMs }) => ({
        ...venue,
        async createOrder(request, options) {
          const said = await venue.createOrder(request, options);
          return "acknowledged" in said ? asFilled(request, said, nowMs()) : said;
        },
      }),
    }),
  },
];
