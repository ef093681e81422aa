// Mutations of the watchdog's sight: how long it remembers that it saw nothing, which value it takes for want of a price, and
// which signs it takes for independent.
import type { Mutation } from "./mutation.ts";
import { withAnswers, withCommits } from "./rewrites.ts";

const isRecord = (path: string): boolean => path.endsWith("/telemetry/watchdog");
const isNav = (path: string): boolean => path.endsWith("/control/nav");

export const SIGHT_MUTATIONS: readonly Mutation[] = [
  {
    name: "blindnessForgottenOnRestart",
    says: "An instance of the watchdog knows only of the blindness that it stored itself.",
    hooks: () => {
      /** The instance that last stored a record, by path. */
      const last = new Map<string, string>();
      return {
        documents: (port, { process }) => {
          const answering = withAnswers(port, (snapshot) => {
            const { path, data } = snapshot;
            if (!isRecord(path) || data === null || last.get(path) === process.id) return snapshot;
            return { ...snapshot, data: { ...data, blindSinceMs: null } };
          });
          return withCommits(answering, (writes) => {
            for (const write of writes)
              if (write.op === "set" && isRecord(write.path)) last.set(write.path, process.id);
            return writes;
          });
        },
      };
    },
  },
  {
    name: "neverCloseForBlindness",
    says: "The watchdog takes every blindness for one that has just begun.",
    hooks: () => ({
      documents: (port) =>
        withAnswers(port, (snapshot) =>
          isRecord(snapshot.path) && snapshot.data !== null
            ? { ...snapshot, data: { ...snapshot.data, blindSinceMs: null } }
            : snapshot,
        ),
    }),
  },
  {
    name: "venueProfitIgnored",
    says: "The watchdog takes the venue's own profit of every position for nothing.",
    hooks: () => ({
      venue: (venue, { process }) => ({
        ...venue,
        async fetchAccount() {
          const account = await venue.fetchAccount();
          if (process.kind !== "watchdog") return account;
          const positions = account.positions.map((each) => ({ ...each, unrealizedPnlUsd: "0" }));
          return { ...account, positions };
        },
      }),
    }),
  },
  {
    name: "venueLossTakenForGain",
    says: "The watchdog reads a loss in the venue's own valuation as a gain.",
    hooks: () => ({
      venue: (venue, { process }) => ({
        ...venue,
        async fetchAccount() {
          const account = await venue.fetchAccount();
          if (process.kind !== "watchdog") return account;
          const positions = account.positions.map((each) => ({
            ...each,
            unrealizedPnlUsd: each.unrealizedPnlUsd.replace("-", ""),
          }));
          return { ...account, positions };
        },
      }),
    }),
  },
  {
    name: "sharedCausesCountTwice",
    says: "A NAV that is stale because the venue does not answer counts as the silence of its schedule as well.",
    hooks: () => ({
      documents: (port, { process }) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          if (process.kind !== "watchdog" || !isNav(path) || data?.stale !== true) return snapshot;
          return { ...snapshot, data: { ...data, checkedAtMs: data.asOfMs ?? data.checkedAtMs ?? null } };
        }),
    }),
  },
];
