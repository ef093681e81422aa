// Mutations of exits that rest at the venue: one that is left behind, one larger than its share, one that counts the wrong
// way round, and one whose fill is never booked.
import type { Venue, VenueStop } from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";

const isTakeProfit = async (
  venue: Venue,
  market: Parameters<Venue["findStop"]>[0],
  id: string,
): Promise<boolean> => (await venue.findStop(market, id))?.kind === "takeProfit";

/** The venue's word on take-profits changed. */
function saying(change: (said: VenueStop) => VenueStop): Mutation["hooks"] {
  return () => ({
    venue: (venue) => ({
      ...venue,
      async findStop(market, id) {
        const said = await venue.findStop(market, id);
        return said?.kind === "takeProfit" ? change(said) : said;
      },
    }),
  });
}

export const RESTING_EXIT_MUTATIONS: readonly Mutation[] = [
  {
    name: "takeProfitLeftBehind",
    says: "A take-profit counts as withdrawn without being so.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async cancelStop(market, id) {
          if (await isTakeProfit(venue, market, id)) return true;
          return await venue.cancelStop(market, id);
        },
      }),
    }),
  },
  {
    name: "takeProfitLargerThanShare",
    says: "A take-profit leaves with twice its quantity.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async createStop(request, options) {
          if (request.kind === "stop") return await venue.createStop(request, options);
          const qtyBase = String(Number((Number(request.qtyBase) * 2).toFixed(8)));
          return await venue.createStop({ ...request, qtyBase }, options);
        },
      }),
    }),
  },
  {
    name: "exitCountedAsEntry",
    says: "The quantity that a take-profit took is added to the group.",
    hooks: saying((said) => ({
      ...said,
      filledQtyBase: said.filledQtyBase === "0" ? "0" : `-${said.filledQtyBase}`,
    })),
  },
  {
    name: "takeProfitFillUnseen",
    says: "A take-profit that fired is taken for one that was withdrawn.",
    hooks: saying((said) =>
      said.status === "DONE" ? { ...said, status: "CANCELED", filledQtyBase: "0" } : said,
    ),
  },
];
