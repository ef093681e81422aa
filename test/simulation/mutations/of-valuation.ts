// Mutations of an account's worth: a read that failed taken for an empty one, the second price left out, a peak that one run
// raises.
import type { Peak } from "#domain/documents/nav.ts";
import { type VenueAccount, VenueError } from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";
import { withCommits, withData } from "./rewrites.ts";

const isNav = (path: string): boolean => path.endsWith("/control/nav");
const isPeak = (path: string): boolean => path.endsWith("/control/peak");

/** Longer than the questions of a run, and shorter than two runs of one minute are apart. */
const SAME_RUN_MS = 400;

export const VALUATION_MUTATIONS: readonly Mutation[] = [
  {
    name: "failedReadIsNone",
    says: "An account that does not answer is taken for one that holds nothing, with the wallet that it last had.",
    hooks: () => ({
      venue: (venue) => {
        let last: VenueAccount | null = null;
        return {
          ...venue,
          async fetchAccount() {
            try {
              last = await venue.fetchAccount();
              return last;
            } catch (error) {
              if (!(error instanceof VenueError) || last === null) throw error;
              return { ...last, positions: [] };
            }
          },
        };
      },
    }),
  },
  {
    name: "ignoreSecondPrice",
    says: "The venue's own profit is not believed: a position without a price of ours is worth what it cost.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchAccount() {
          const account = await venue.fetchAccount();
          const positions = account.positions.map((each) => ({ ...each, unrealizedPnlUsd: "0" }));
          return { ...account, positions };
        },
      }),
    }),
  },
  {
    name: "staleNavSilencesLosses",
    says: "While a NAV is stale, nothing is judged.",
    hooks: () => ({
      documents: (port) =>
        withCommits(port, (writes) => {
          const isStale = writes.some(
            (write) => write.op === "set" && isNav(write.path) && write.data.stale === true,
          );
          return isStale ? writes.filter(({ path }) => !isPeak(path)) : writes;
        }),
    }),
  },
  {
    name: "askTheAccountOnce",
    says: "It is not looked at whether the account stood still while its prices were read.",
    hooks: () => ({
      venue: (venue, { process, nowMs }) => {
        let last: { readonly account: VenueAccount; readonly atMs: number } | null = null;
        return {
          ...venue,
          async fetchAccount() {
            const account = await venue.fetchAccount();
            if (process.kind === "nav" && last !== null && nowMs() - last.atMs < SAME_RUN_MS)
              return last.account;
            last = { account, atMs: nowMs() };
            return account;
          },
        };
      },
    }),
  },
  {
    name: "oneNavRaisesThePeak",
    says: "A peak rises to whatever one NAV has seen.",
    hooks: () => ({
      documents: (port) =>
        withData(port, isPeak, (data) => {
          const { candidate } = data as unknown as Peak;
          return candidate === null ? data : { ...data, peakUsd: candidate.usd, candidate: null };
        }),
    }),
  },
];
