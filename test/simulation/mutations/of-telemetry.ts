// Mutations of telemetry: a part of what an order cost is read otherwise than the venue says it.
import type { Mutation } from "./mutation.ts";

export const TELEMETRY_MUTATIONS: readonly Mutation[] = [
  {
    name: "restingTakenForTaking",
    says: "Trades are read as if none of them had rested in the book before.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchFills(market, sinceMs) {
          return (await venue.fetchFills(market, sinceMs)).map((fill) => ({ ...fill, isMaker: false }));
        },
      }),
    }),
  },
];
