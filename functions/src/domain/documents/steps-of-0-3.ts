// Additions of release 0.3.0 to stored documents: one step for each kind whose shape it changes. A shape that stands inside
// others is led on by one function, named by each kind that holds it.
// Pure; a step loses no field that it does not name, and leaves a field alone that is there already.
import { DEFAULT_MAX_BLIND_MS, DEFAULT_ROUTER } from "./config.ts";
import type { DocumentKind } from "./kinds.ts";

type Fields = { readonly [field: string]: unknown };
type Lead = (shape: Fields) => Fields;

/** First release that reads and writes the shapes that these steps lead to. */
export const RELEASE_0_3 = "0.3.0";

/** An account's config, wherever it stands. */
const config: Lead = (shape) => ({
  // Settings at the venue are compared with an operator's word, and there is none yet.
  venueAccount: UNSAID,
  // Near the pace of alerts: a touch that was asked for longer ago has to be asked for again.
  maxTouchAgeMs: 1_000,
  // As before: a full pool denies for good.
  queue: null,
  // As before: no position pays for another.
  offset: null,
  // Asked by strategies of the routing `maker` alone, and there was none.
  router: { ...DEFAULT_ROUTER },
  coinDustUsd: "1",
  // As before: told, and refused in its symbol, but the account goes on.
  unknownPositionLatchesReducing: false,
  // As before: one person's word is enough.
  confirmation: { bySecondPerson: [], withSecondFactor: [] },
  ...members("strategies", strategy)(inside("watchdog", watchdogConfig)(shape)),
});

/** As before: an amount in USD, denied over a cap, left by signals and the account's own stop. */
const strategy: Lead = (shape) => ({
  entryShare: null,
  // As before: an exit takes at any price.
  exitRouting: "market",
  fitToCaps: false,
  repairMissedAlerts: false,
  exits: null,
  // As before: an entry is its base alone, and alerts add to a group as its caps allow.
  entries: null,
  ...shape,
});

const watchdogConfig: Lead = (shape) => ({ maxBlindMs: DEFAULT_MAX_BLIND_MS, ...shape });

/** The basis of a decision of an earlier release, which priced entries by the NAV's marks. */
const basis: Lead = (shape) => ({ touch: null, fitted: null, ...shape });

const control: Lead = (shape) => ({
  queue: [],
  offset: null,
  symbolChangedAtMs: {},
  newestSignals: {},
  waitingCount: 0,
  groundLostCount: 0,
  absentOrders: {},
  drawdownAcknowledgedBps: null,
  closings: [],
  directives: [],
  dust: {},
  accountsDue: {},
  // Only stops were left behind before.
  ...members("stopsToCancel", (left) => ({ kind: "stop", ...left }))(shape),
});

/** The watchdog's memory: nothing was remembered of the account, and no condition. */
const watchdogRecord: Lead = (shape) => ({ blindSinceMs: null, account: null, episodes: {}, ...shape });

const UNSAID: Fields = {
  marginType: null,
  leverage: null,
  leverageBySymbol: {},
  multiAssets: null,
  feesInCoin: null,
  keyAddressBound: null,
  // Read hourly: two readings may be missed.
  maxSettingsAgeMs: 10_800_000,
  maxMarginRatioBps: null,
  // One percent: mark and last price may part by this much.
  minLiquidationDistanceBps: 100,
};

const nav: Lead = (shape) => ({ bound: null, margin: null, ...shape });

const peak: Lead = (shape) => ({ candidate: null, lossAsOfMs: shape.asOfMs, ...shape });

/** A shape that only knows more words than before: nothing has to be added, but an older release must not read it. */
const sameFields: Lead = (shape) => shape;

/** A signal's meaning, wherever it stands: none has said how its position is to be left, or entered by more than one order. */
const meaning: Lead = (shape) => ({ exits: null, entries: null, ...shape });

/** An intent and where it stands. Only reversals have had an order while they wait, and those are new. */
const intent: Lead = (shape) => ({ step: 0, ...inside("intent", meaning)(shape) });

/** A member of a shape led on, where it is there. */
function inside(field: string, lead: Lead): Lead {
  return (shape) => {
    const member = shape[field];
    return typeof member === "object" && member !== null
      ? { ...shape, [field]: lead(member as Fields) }
      : shape;
  };
}

/**
 * Every send of an order of before may still be at the venue, as far as can be told. Of its denials only the last has a time:
 * the first is taken to be no earlier.
 */
const order: Lead = (shape) => {
  const { lastAtMs: deniedSinceMs = null } = (shape.absences ?? {}) as Fields;
  const openSends = Array.from({ length: Number(shape.sends) }, (_, each) => each + 1);
  return { openSends, deniedSinceMs, ...shape };
};

/**
 * A group, wherever it stands. What it took beside its orders was not kept before: none is the best that is known. It had no
 * plan, so that what it entered counts for nothing yet; what it holds is the best that is known.
 */
const group: Lead = (shape) => inside("closing", wish)(withGroupFields(shape));

/** A wish of before went to the market at once. */
const wish: Lead = (shape) => ({ route: null, ...shape });

const withGroupFields: Lead = (shape) => ({
  plan: null,
  legs: [],
  takeProfits: [],
  enteredBase: shape.qtyBase,
  takenBase: "0",
  bestPriceUsd: null,
  closing: null,
  accounts: null,
  costEstimated: false,
  carriedBase: "0",
  adoptedEntryUsd: null,
  stopVenueOrderIds: [],
  ...shape,
});

/** Each member of a record led on. */
function members(field: string, lead: Lead): Lead {
  return (shape) => {
    const record = shape[field];
    if (typeof record !== "object" || record === null) return shape;
    const led = Object.entries(record).map(([key, member]) => [key, lead(member as Fields)] as const);
    return { ...shape, [field]: Object.fromEntries(led) };
  };
}

/** Each member of a list led on. */
function each(field: string, lead: Lead): Lead {
  return (shape) => {
    const list = shape[field];
    return Array.isArray(list) ? { ...shape, [field]: list.map((member) => lead(member as Fields)) } : shape;
  };
}

export const STEPS_OF_0_3: Readonly<Partial<Record<DocumentKind, Lead>>> = {
  config,
  // Whose a stored command was is not known any more, and after a drawdown not knowing is no.
  command: (shape) => ({
    byOperator: false,
    denial: null,
    offset: null,
    ...inside("request", inside("config", config))(shape),
  }),
  control,
  group,
  peak,
  intent: (shape) => intent(inside("basis", basis)(shape)),
  nav,
  order: (shape) => order(inside("basis", basis)(shape)),
  receipt: (shape) => ({ queue: null, ...inside("intent", meaning)(shape) }),
  intentsMessage: inside("intent", meaning),
  venueSettings: sameFields,
  overview: (shape) =>
    each("orders", (order) => ({ timeInForce: null, ...order }))(each("groups", group)(shape)),
  watchdogRecord,
};
