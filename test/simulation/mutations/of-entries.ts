// Mutations of what entries stand on: the touch, the price that they rest at, and the positions that the venue holds.
import { dec, decimalString } from "#domain/decimal.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Mutation } from "./mutation.ts";
import { withAnswers } from "./rewrites.ts";

export const ENTRY_MUTATIONS: readonly Mutation[] = [
  {
    name: "sizedOnMarks",
    says: "In place of the touch an entry gets the price that the last valuation had.",
    hooks: () => {
      const marks = new Map<string, TopOfBook>();
      return {
        venue: (venue, { nowMs }) => ({
          ...venue,
          async fetchTopOfBook(symbols) {
            const [only] = symbols;
            const mark = symbols.length === 1 && only !== undefined ? marks.get(only) : undefined;
            if (mark !== undefined) return [{ ...mark, asOfMs: nowMs() }];
            const tops = await venue.fetchTopOfBook(symbols);
            for (const top of tops) marks.set(top.symbol, top);
            return tops;
          },
        }),
      };
    },
  },
  {
    name: "touchOfYesterday",
    says: "A venue is asked for the touch of a symbol, and the answer to the first question is used for ever.",
    hooks: () => {
      const first = new Map<string, readonly TopOfBook[]>();
      return {
        venue: (venue, { nowMs }) => ({
          ...venue,
          async fetchTopOfBook(symbols) {
            const tops = await venue.fetchTopOfBook(symbols);
            const key = symbols.join();
            const kept = first.get(key) ?? tops;
            first.set(key, kept);
            return symbols.length === 1 ? kept.map((top) => ({ ...top, asOfMs: nowMs() })) : tops;
          },
        }),
      };
    },
  },
  {
    name: "postOnlyRoundsTheWrongWay",
    says: "A resting entry stands one tick towards the other side of the book.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        createOrder(request, options) {
          if (request.timeInForce !== "GTX" || request.priceUsd === null)
            return venue.createOrder(request, options);
          const tick = dec(options.market.tickSizeUsd);
          const priceUsd = dec(request.priceUsd).plus(request.side === "buy" ? tick : tick.neg());
          return venue.createOrder({ ...request, priceUsd: decimalString(priceUsd) }, options);
        },
      }),
    }),
  },
  {
    name: "capsIgnoreTheVenue",
    says: "A decision counts the positions of its own books alone.",
    hooks: () => ({
      documents: (port, { process }) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          if (process.kind === "nav" || !path.endsWith("/control/nav") || data?.positions === undefined)
            return snapshot;
          return { ...snapshot, data: { ...data, positions: [] } };
        }),
    }),
  },
  {
    name: "sharesOfTwiceTheNav",
    says: "A decision reads twice the NAV that is stored.",
    hooks: () => ({
      documents: (port, { process }) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          const isNav = process.kind !== "nav" && path.endsWith("/control/nav");
          if (!isNav || typeof data?.navUsd !== "string") return snapshot;
          return { ...snapshot, data: { ...data, navUsd: decimalString(dec(data.navUsd).mul(2)) } };
        }),
    }),
  },
  {
    name: "riskCountsHalfTheStop",
    says: "The stop of a signal is half as far away when its entry is decided.",
    hooks: () => ({
      bus: (bus) => ({
        publish: (topic, payload, attributes) => bus.publish(topic, withHalfTheStop(payload), attributes),
      }),
    }),
  },
  {
    name: "targetOvershot",
    says: "An entry goes to twice the position that its strategy states.",
    hooks: () => ({
      bus: (bus) => ({
        publish: (topic, payload, attributes) => bus.publish(topic, withTwiceTheTarget(payload), attributes),
      }),
    }),
  },
  {
    name: "volatilityCountsHalf",
    says: "An entry by a share of NAV, also one by a volatility target, is twice as large as its alert gives.",
    hooks: () => ({
      bus: (bus) => ({
        publish: (topic, payload, attributes) => bus.publish(topic, withTwiceTheShare(payload), attributes),
      }),
    }),
  },
  {
    name: "plansGetLost",
    says: "The plan of a signal does not reach its decision.",
    hooks: () => ({
      bus: (bus) => ({
        publish: (topic, payload, attributes) => bus.publish(topic, withoutPlan(payload), attributes),
      }),
    }),
  },
];

const WHOLE_BPS = 10_000;

type Payload = Readonly<Record<string, unknown>>;

function withTwiceTheShare(payload: Payload): Payload {
  const { intent } = payload as { readonly intent?: Intent };
  if (intent?.size.kind !== "navBps") return payload;
  const navBps = Math.min(intent.size.navBps * 2, WHOLE_BPS);
  return { ...payload, intent: { ...intent, size: { ...intent.size, navBps } } };
}

function withTwiceTheTarget(payload: Payload): Payload {
  const { intent } = payload as { readonly intent?: Intent };
  if (intent?.size.kind !== "targetBase" || intent.action !== "open") return payload;
  const targetBase = decimalString(dec(intent.size.targetBase).mul(2));
  return { ...payload, intent: { ...intent, size: { ...intent.size, targetBase } } };
}

function withoutPlan(payload: Payload): Payload {
  const { intent } = payload as { readonly intent?: Intent };
  return intent === undefined ? payload : { ...payload, intent: { ...intent, exits: null } };
}

function withHalfTheStop(payload: Payload): Payload {
  const { intent } = payload as { readonly intent?: Intent };
  const stop = intent?.exits?.stop;
  if (intent === undefined || stop?.kind !== "bps") return payload;
  const exits = { ...intent.exits, stop: { kind: "bps", bps: Math.ceil(stop.bps / 2) } };
  return { ...payload, intent: { ...intent, exits } };
}
