// Mutations of what counts as absence: too early, and on too little.
import type { Order } from "#domain/documents/order.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { Venue, VenuePosition } from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";
import { withAnswers, withCommits } from "./rewrites.ts";

/** Longer than any order has to be missing before it is called absent. */
const LONG_AGO_MS = 3_600_000;

const isOrder = (path: string): boolean => path.includes("/orders/");

/** An order in doubt as it would be after the longest of absences. */
function longAbsent(data: DocumentData): DocumentData {
  const order = data as unknown as Order;
  if (order.status !== "SUBMIT_UNKNOWN" || order.absences.count !== 1) return data;
  const absences = { ...order.absences, count: 2 };
  return { ...data, absences, sendDeadlineMs: order.sendDeadlineMs - LONG_AGO_MS } as unknown as DocumentData;
}

function withImages(data: DocumentData): DocumentData {
  const images = Object.entries((data.images ?? {}) as Readonly<Record<string, DocumentData>>);
  const led = images.map(([path, image]) => [path, isOrder(path) ? longAbsent(image) : image] as const);
  return { ...data, images: Object.fromEntries(led) };
}

/** After the look-up has denied an exit, the other witnesses of the same doubt repeat what was so before it was sent. */
function believingTheLookUp(venue: Venue, before: Map<string, readonly VenuePosition[]>): Venue {
  const denied = new Set<string>();
  return {
    ...venue,
    async createOrder(request, options) {
      if (request.reduceOnly && !before.has(request.clientOrderId))
        before.set(request.clientOrderId, await venue.fetchPositions());
      return await venue.createOrder(request, options);
    },
    async findOrder(market, clientOrderId) {
      const found = await venue.findOrder(market, clientOrderId);
      if (found === null && before.has(clientOrderId)) denied.add(clientOrderId);
      else denied.delete(clientOrderId);
      return found;
    },
    async fetchPositions() {
      const [id] = denied;
      const positions = await venue.fetchPositions();
      return id === undefined ? positions : (before.get(id) ?? positions);
    },
    fetchOpenOrders: async (markets) =>
      (await venue.fetchOpenOrders(markets)).filter(({ clientOrderId }) => !denied.has(clientOrderId)),
    async fetchFills(market, sinceMs) {
      const fills = await venue.fetchFills(market, sinceMs);
      const isDoubt = denied.size > 0;
      denied.clear();
      return isDoubt ? [] : fills;
    },
  };
}

/** An order whose latest send the venue refused while an earlier one may have arrived, as if neither had, and as if an hour old. */
function refusedForGood(order: Order): Order {
  const { status, sends, openSends, createdAtMs } = order;
  const isRefusedResend = sends > 1 && openSends.length > 0 && !openSends.includes(sends);
  if (status !== "SUBMIT_UNKNOWN" || !isRefusedResend) return order;
  return { ...order, openSends: [], createdAtMs: createdAtMs - LONG_AGO_MS };
}

export const DOUBT_MUTATIONS: readonly Mutation[] = [
  {
    name: "oneAbsenceIsEnough",
    says: "The first denial of the look-up counts like one that has lasted for an hour.",
    hooks: () => ({
      documents: (port) =>
        withCommits(port, (writes) =>
          writes.map((write) => {
            if (write.op !== "set" && write.op !== "create") return write;
            if (isOrder(write.path)) return { ...write, data: longAbsent(write.data) };
            return write.path.includes("/journal/") ? { ...write, data: withImages(write.data) } : write;
          }),
        ),
    }),
  },
  {
    name: "oneWitnessIsEnough",
    says: "An exit is sent again on the look-up's denial alone: open orders, trades and position are taken to be as before it.",
    hooks: () => {
      const before = new Map<string, readonly VenuePosition[]>();
      return { venue: (venue) => believingTheLookUp(venue, before) };
    },
  },
  {
    name: "refusedResendEndsTheOrder",
    says: "The refusal of an exit's second send is taken for the word that the first one came to nothing.",
    hooks: () => ({
      documents: (port) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          if (data === null || !isOrder(path)) return snapshot;
          return { ...snapshot, data: refusedForGood(data as unknown as Order) as unknown as DocumentData };
        }),
    }),
  },
  {
    name: "straysAreLeft",
    says: "The minute's list of all open orders comes back empty.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        fetchOpenOrders: async (markets) => (markets === "all" ? [] : await venue.fetchOpenOrders(markets)),
      }),
    }),
  },
];
