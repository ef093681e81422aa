// Mutations of exits that rest first: one that rests again and again, and one whose cancel is answered without being asked.
import type { Group } from "#domain/documents/group.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { withCommits } from "./rewrites.ts";

const isGroup = (path: string): boolean => /\/groups\/[^/]+$/.test(path);
/** Longer than any run. */
const NEVER_MS = 86_400_000;

function restingAgain(data: DocumentData): DocumentData {
  const route = (data as unknown as Group).closing?.route ?? null;
  if (route === null || route.stage !== "maker") return data;
  const closing = data.closing as DocumentData;
  return {
    ...data,
    closing: { ...closing, route: { ...route, stage: "due", restsUntilMs: route.restsUntilMs + NEVER_MS } },
  };
}

/** The group and its image in the journal alike. */
function withoutTimes(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
  return writes.map((write) => {
    if ((write.op === "set" || write.op === "create") && isGroup(write.path))
      return { ...write, data: restingAgain(write.data) };
    if (write.op !== "create" || !write.path.includes("/journal/")) return write;
    const images = Object.entries(write.data.images as DocumentData).map(
      ([path, image]) => [path, isGroup(path) ? restingAgain(image as DocumentData) : image] as const,
    );
    return { ...write, data: { ...write.data, images: Object.fromEntries(images) } };
  });
}

export const EXIT_ROUTE_MUTATIONS: readonly Mutation[] = [
  {
    name: "exitRestsAgain",
    says: "An exit that rests is stored as one that has not begun, and has a day for it.",
    hooks: () => ({ documents: (port) => withCommits(port, withoutTimes) }),
  },
  {
    name: "exitTakesWithoutCancel",
    says: "The cancel of an exit that rests is answered without being asked of the venue.",
    hooks: () => {
      const resting = new Set<string>();
      return {
        venue: (venue) => ({
          ...venue,
          async createOrder(request, options) {
            if (request.reduceOnly && request.timeInForce === "GTX") resting.add(request.clientOrderId);
            return await venue.createOrder(request, options);
          },
          async cancelOrder(market, id) {
            const found = resting.has(id) ? await venue.findOrder(market, id) : null;
            const isOpen = found?.status === "ACCEPTED" || found?.status === "PARTIALLY_FILLED";
            return found !== null && isOpen
              ? { ...found, status: "CANCELED" }
              : await venue.cancelOrder(market, id);
          },
        }),
      };
    },
  },
];
