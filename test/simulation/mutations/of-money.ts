// Mutations of money: what trades say, whether a closing goes on, and how much a stop guards.
import { dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import { VenueError } from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";
import { withCommits, withControl } from "./rewrites.ts";

const isGroup = (path: string): boolean => path.includes("/groups/");

/** The group of a commit without its wish, in its document and in the journal's image of it. */
function withoutWish(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
  return writes.map((write): DocumentWrite => {
    if (write.op === "set" && isGroup(write.path))
      return { ...write, data: { ...write.data, closing: null } };
    if (write.op !== "create" || !write.path.includes("/journal/")) return write;
    const images = Object.entries(write.data.images as Readonly<Record<string, DocumentData>>).map(
      ([path, image]) => [path, isGroup(path) ? { ...image, closing: null } : image] as const,
    );
    return { ...write, data: { ...write.data, images: Object.fromEntries(images) } };
  });
}

/** Longer than a stop may take after whatever disturbed it, and far shorter than a run heals. */
const LATE_MS = 150_000;

export const MONEY_MUTATIONS: readonly Mutation[] = [
  {
    name: "feesLeftOut",
    says: "A group's trades are summed without their commission.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchFills(market, sinceMs) {
          return (await venue.fetchFills(market, sinceMs)).map((fill) => ({ ...fill, fee: "0" }));
        },
      }),
    }),
  },
  {
    name: "entriesAtOtherPrices",
    says: "As long as a group has no exit, its trades are read at prices a hundredth higher.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchFills(market, sinceMs) {
          const fills = await venue.fetchFills(market, sinceMs);
          if (new Set(fills.map(({ side }) => side)).size > 1) return fills;
          return fills.map((fill) => ({ ...fill, priceUsd: decimalString(dec(fill.priceUsd).mul("1.01")) }));
        },
      }),
    }),
  },
  {
    name: "closingNotContinued",
    says: "The wish to close a group ends with its first order.",
    hooks: () => ({
      documents: (port) =>
        withControl(
          withCommits(port, withoutWish),
          (control): ControlState => ({ ...control, closings: [] }),
        ),
    }),
  },
  {
    name: "stopsComeLate",
    says: "The venue is given no stop of a symbol before minutes have passed since the first one was wanted.",
    hooks: () => {
      const wantedMs = new Map<string, number>();
      return {
        venue: (venue, { nowMs }) => ({
          ...venue,
          async createStop(request, options) {
            const sinceMs = wantedMs.get(request.symbol) ?? nowMs();
            wantedMs.set(request.symbol, sinceMs);
            if (nowMs() - sinceMs < LATE_MS) throw new VenueError("rejected", "LATE", "Not yet");
            return await venue.createStop(request, options);
          },
        }),
      };
    },
  },
  {
    name: "stopNotResized",
    says: "A stop keeps the quantity of the first one when its position grows.",
    hooks: () => {
      const first = new Map<string, string>();
      return {
        venue: (venue) => ({
          ...venue,
          async createStop(request, options) {
            const before = first.get(request.symbol) ?? request.qtyBase;
            const qtyBase = Number(request.qtyBase) > Number(before) ? before : request.qtyBase;
            first.set(request.symbol, qtyBase);
            return await venue.createStop({ ...request, qtyBase }, options);
          },
        }),
      };
    },
  },
];
