// Mutations of what is believed and of who acts: NAV, peak, the guard, the bus, the schedules.
import type { Nav } from "../../../functions/src/domain/nav.ts";
import type { DocumentData } from "../../../functions/src/ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { withAnswers, withData } from "./rewrites.ts";

const isNav = (path: string): boolean => path.endsWith("/control/nav");

/** NAV and prices made to look as if they were of now. */
function freshened(data: DocumentData, nowMs: number): DocumentData {
  const nav = data as unknown as Nav;
  const marks = Object.entries(nav.marks).map(([symbol, mark]) => [symbol, { ...mark, asOfMs: nowMs }]);
  return { ...data, stale: false, asOfMs: nowMs, marks: Object.fromEntries(marks) };
}

export const DATA_MUTATIONS: readonly Mutation[] = [
  {
    name: "trustStaleNav",
    says: "A NAV counts as fresh, whatever its age.",
    hooks: () => ({
      documents: (port, { nowMs, process }) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          if (process.kind === "nav" || !isNav(path) || data === null || data.marks === undefined)
            return snapshot;
          return { ...snapshot, data: freshened(data, nowMs()) };
        }),
    }),
  },
  {
    name: "callFailedSourceHealthy",
    says: "A NAV with a failed source is stored as healthy.",
    hooks: () => ({
      documents: (port) =>
        withData(port, isNav, (data) => ({ ...data, stale: false, asOfMs: data.checkedAtMs ?? null })),
    }),
  },
  {
    name: "zeroOnFailure",
    says: "What could not be measured is stored as zero.",
    hooks: () => ({
      documents: (port) =>
        withData(port, isNav, (data) =>
          data.stale === true ? { ...data, navUsd: "0", walletUsd: "0" } : data,
        ),
    }),
  },
  {
    name: "publishNothing",
    says: "The publisher confirms and publishes nothing.",
    hooks: () => ({ bus: () => ({ publish: async () => undefined }) }),
  },
  {
    name: "neverReconcile",
    says: "The reconcile schedule does nothing.",
    hooks: () => ({ idleSchedules: new Set(["reconcile"]) }),
  },
  {
    name: "skipGuard",
    says: "A process does not compare its environment with the database's label.",
    hooks: () => ({ skipsGuard: true }),
  },
];
