// Mutations of routes: a fallback that takes beyond its bound, a rest that forgets what was filled, an order that follows one that
// still rests, and a tuned choice without its bound or before it may. Only orders of an entry that has a route are concerned, so that the rules for all others stay out of it.
import { dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { kindOf } from "#domain/documents/kinds.ts";
import type { AutotuneConfig, RouterConfig } from "#domain/documents/route.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import type { Acknowledged, Venue, VenueOrder } from "#ports/venue.ts";
import type { Hooks, Mutation } from "./mutation.ts";
import { withAnswers, withCommits } from "./rewrites.ts";

/** Far beyond any bound that a run draws. */
const WORSE_BPS = 300;
const BPS = 10_000;

export const ROUTE_MUTATIONS: readonly Mutation[] = [
  {
    name: "fallbackBeyondItsBound",
    says: "An entry that takes within a bound goes out with a limit that is three percent worse.",
    hooks: () => {
      const askedUsd = new Map<string, string | null>();
      // Answers tell what was asked for, so that only the venue's own trades show the difference.
      const asAsked = <Said extends VenueOrder | Acknowledged>(said: Said): Said => {
        const priceUsd = askedUsd.get(said.clientOrderId);
        return priceUsd === undefined || "acknowledged" in said ? said : { ...said, priceUsd };
      };
      return {
        venue: (venue) => ({
          ...venue,
          async createOrder(request, options) {
            askedUsd.set(request.clientOrderId, request.priceUsd);
            return asAsked(await venue.createOrder(worsePriced(request, options), options));
          },
          async findOrder(market, id) {
            const said = await venue.findOrder(market, id);
            return said === null ? null : asAsked(said);
          },
        }),
      };
    },
  },
  {
    name: "restIgnoresFills",
    says: "The venue's words about an order of a route show nothing filled, unless all of it is.",
    hooks: () =>
      ofRoutes((venue, isRouted) => {
        const unfilled = (said: VenueOrder | null): VenueOrder | null =>
          said === null || said.status === "FILLED" || !isRouted(said.clientOrderId)
            ? said
            : { ...said, filledQtyBase: "0", averagePriceUsd: null };
        return {
          ...venue,
          findOrder: async (market, id) => unfilled(await venue.findOrder(market, id)),
          cancelOrder: async (market, id) => unfilled(await venue.cancelOrder(market, id)),
        };
      }),
  },
  {
    name: "followedWithoutCancel",
    says: "The cancel of an order of a route is answered without being asked of the venue.",
    hooks: () =>
      ofRoutes((venue, isRouted) => ({
        ...venue,
        async cancelOrder(market, id) {
          const found = isRouted(id) ? await venue.findOrder(market, id) : null;
          const isOpen = found?.status === "ACCEPTED" || found?.status === "PARTIALLY_FILLED";
          return found !== null && isOpen
            ? { ...found, status: "CANCELED" }
            : await venue.cancelOrder(market, id);
        },
      })),
  },
  {
    name: "tuningIgnoresItsBound",
    says: "Tuned orders rest as far inside the spread as outcomes once said, whatever the config allows now.",
    hooks: () => withAutotune((autotune) => ({ ...autotune, maxOffsetTicks: NO_BOUND_TICKS })),
  },
  {
    name: "tuningAppliedInShadow",
    says: "What outcomes would choose is taken where the config only wants it shown.",
    hooks: () => withAutotune((autotune) => ({ ...autotune, mode: "on" })),
  },
];

/** The highest that a config may name. */
const NO_BOUND_TICKS = 15;

/** Configs are read with another word on tuning than they have. */
function withAutotune(change: (autotune: AutotuneConfig) => AutotuneConfig): Hooks {
  const isRouted = (data: DocumentData): data is DocumentData & { router: RouterConfig } =>
    (data.router as Partial<RouterConfig> | undefined)?.autotune !== undefined;
  return {
    documents: (port) =>
      withAnswers(port, (snapshot) => {
        const { data, path } = snapshot;
        if (kindOf(path) !== "config" || data === null || !isRouted(data)) return snapshot;
        const router = { ...data.router, autotune: change(data.router.autotune) };
        return { ...snapshot, data: { ...data, router } as unknown as DocumentData };
      }),
  };
}

/** The venue changed for orders that a stored group has on a route. */
function ofRoutes(change: (venue: Venue, isRouted: (id: string) => boolean) => Venue): Hooks {
  const routed = new Set<string>();
  return {
    documents: (port) =>
      withCommits(port, (writes) => {
        for (const id of writes.flatMap(routedIn)) routed.add(id);
        return writes;
      }),
    venue: (venue) => change(venue, (id) => routed.has(id)),
  };
}

function routedIn(write: DocumentWrite): readonly string[] {
  if (write.op !== "set" || !write.path.includes("/groups/")) return [];
  const { legs } = write.data as unknown as Group;
  return legs.flatMap(({ route }) => route?.steps.map(({ clientOrderId }) => clientOrderId) ?? []);
}

type Create = Venue["createOrder"];

function worsePriced(...[request, { market }]: Parameters<Create>): Parameters<Create>[0] {
  const { reduceOnly, timeInForce, priceUsd, side } = request;
  if (reduceOnly || timeInForce !== "IOC" || priceUsd === null) return request;
  const away = side === "buy" ? BPS + WORSE_BPS : BPS - WORSE_BPS;
  const worse = floorToStep(dec(priceUsd).mul(away).div(BPS), dec(market.tickSizeUsd));
  return { ...request, priceUsd: decimalString(worse) };
}
