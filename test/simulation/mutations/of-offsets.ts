// Mutations of the offset: a plan that is lost between its steps, one that goes beyond itself, another loser than the rule's, fees
// that are forgotten, and alerts that are not looked at.
import type { ControlState } from "#domain/documents/control.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { OffsetLeg } from "#domain/documents/offset.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { VenuePosition } from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";
import { withAnswers, withControl } from "./rewrites.ts";

const HALF = 2;
/** Two that lose, and one that pays. */
const LEAST_POSITIONS = 3;

export const OFFSET_MUTATIONS: readonly Mutation[] = [
  {
    name: "offsetHalfDone",
    says: "A plan of an offset is gone from the control document once its first order is stored.",
    hooks: () => ({
      documents: (port) =>
        withControl(port, (control, writes) =>
          writes.some(storesOrder) ? { ...control, offset: null } : control,
        ),
    }),
  },
  {
    name: "offsetBeyondItsPlan",
    says: "The stored plan of an offset names half of each winner's part; the whole of it is closed.",
    hooks: () => ({ documents: (port) => withControl(port, withHalfOfParts) }),
  },
  {
    name: "offsetOfAnotherLoser",
    says: "The position that has lost most is left out of an offset.",
    hooks: () => ({
      venue: (venue, { process }) => ({
        ...venue,
        async fetchTopOfBook(symbols) {
          const tops = await venue.fetchTopOfBook(symbols);
          if (process.kind !== "reconcile" || symbols.length < LEAST_POSITIONS) return tops;
          const deepest = deepestIn(await venue.fetchPositions(), tops);
          return tops.filter(({ symbol }) => symbol !== deepest);
        },
      }),
    }),
  },
  {
    name: "offsetForgetsFees",
    says: "An offset is sized without the venue's fees.",
    hooks: () => ({
      documents: (port) =>
        withAnswers(port, (snapshot) => {
          const offset = snapshot.data?.offset;
          const isConfig = snapshot.path.includes("/config/");
          if (!isConfig || snapshot.data === null || typeof offset !== "object" || offset === null)
            return snapshot;
          return { ...snapshot, data: { ...snapshot.data, offset: { ...offset, feeBps: 0 } } };
        }),
    }),
  },
  {
    name: "offsetIgnoresAlerts",
    says: "An offset finds no critical alert open, whatever there is.",
    hooks: () => ({
      documents: (port) => ({
        ...port,
        query: async (query) =>
          query.collection.endsWith("/alerts") && asksForCritical(query.where ?? [])
            ? []
            : await port.query(query),
      }),
    }),
  },
];

/** The symbol whose position has lost the largest share of its cost. */
function deepestIn(positions: readonly VenuePosition[], tops: readonly TopOfBook[]): string | null {
  const losses = positions.flatMap(({ symbol, side, entryPriceUsd }) => {
    const top = tops.find((each) => each.symbol === symbol);
    const entryUsd = Number(entryPriceUsd);
    if (top === undefined || !(entryUsd > 0)) return [];
    const gain = side === "long" ? Number(top.bidUsd) / entryUsd - 1 : 1 - Number(top.askUsd) / entryUsd;
    return [{ symbol, gain }];
  });
  const [deepest] = losses.toSorted((one, other) => one.gain - other.gain);
  return deepest?.symbol ?? null;
}

function storesOrder(write: DocumentWrite): boolean {
  return write.op === "create" && write.data.exitReason === "offset";
}

function withHalfOfParts(control: ControlState): ControlState {
  const { offset } = control;
  if (offset === null) return control;
  const halved = (leg: OffsetLeg): OffsetLeg => {
    const part = (Number(leg.heldBase) - Number(leg.targetBase)) / HALF;
    return { ...leg, targetBase: String(Number(leg.targetBase) + part) };
  };
  return { ...control, offset: { ...offset, winners: offset.winners.map(halved) } };
}

function asksForCritical(where: readonly { readonly field: string; readonly value: unknown }[]): boolean {
  return where.some(({ field, value }) => field === "severity" && value === "critical");
}
