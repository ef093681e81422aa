// Schedules over many accounts: every NAV stays young, what is under way at once is bounded, the cost rises with the
// accounts and no faster, and a broken account harms none. The product's own listing, planning and serving, on virtual time.
// Proves: app/accounts/plan-batches.ts, app/accounts/serve-batch.ts, domain/nav/account-batches.ts
import { describe, expect, it } from "vitest";
import { drawnBatches } from "#domain/nav/account-batches.ts";
import { serveBatch } from "#functions/app/accounts/serve-batch.ts";
import { MAX_ACCOUNTS_AT_ONCE } from "#schemas/records.ts";
import { type Broken, nameOf, openFanOut } from "./fan-out/platform.ts";
import { HANG_LIMIT_MS } from "./hang-limit.ts";

const MINUTE_MS = 60_000;
const MINUTES = 4;
/** The smallest age at which a config may let NAV stop entries (MIN_NAV_AGE_LIMIT_MS): a run every minute, late by half of one. */
const NAV_AGE_LIMIT_MS = 90_000;

const ages = ({ time, storedAtMs }: ReturnType<typeof openFanOut>, besides: readonly string[] = []) =>
  [...storedAtMs].filter(([account]) => !besides.includes(account)).map(([, atMs]) => time.nowMs - atMs);

describe.each([1, 100, 10_000])("with %i accounts", (accounts) => {
  it(
    "every NAV is young at the end of each minute, whichever account is broken",
    async () => {
      const broken: Record<string, Broken> =
        accounts === 1 ? {} : { [nameOf(3)]: "throws", [nameOf(40)]: "hangs", [nameOf(77)]: "throws" };
      const platform = openFanOut(accounts, broken, accounts);
      const oldestMs: number[] = [];
      for (let minute = 0; minute < MINUTES; minute += 1) {
        await platform.minute();
        oldestMs.push(Math.max(...ages(platform, Object.keys(broken))));
      }
      expect(Math.max(...oldestMs)).toBeLessThanOrEqual(NAV_AGE_LIMIT_MS);
      expect(platform.figures.mostAccountsInAProcess).toBeLessThanOrEqual(MAX_ACCOUNTS_AT_ONCE);
      expect(platform.figures.mostTasksAtOnce).toBeLessThanOrEqual(100);
      const batches = accounts <= MAX_ACCOUNTS_AT_ONCE ? 0 : Math.ceil(accounts / MAX_ACCOUNTS_AT_ONCE);
      expect(platform.figures.tasks).toBe(MINUTES * batches);
      // The list once in these minutes, whose last page may be empty, and the mark of a new account in each.
      expect(platform.counts.reads).toBeLessThanOrEqual(accounts + 1 + MINUTES);
    },
    HANG_LIMIT_MS,
  );
});

describe("an account that brings its process down", () => {
  it("harms none of the others: its batch comes again, and each is served singly then", async () => {
    const culprit = nameOf(7);
    const platform = openFanOut(100, { [culprit]: "killsItsProcess" }, 7);
    for (let minute = 0; minute < 12; minute += 1) {
      await platform.minute();
      expect(Math.max(...ages(platform, [culprit]))).toBeLessThanOrEqual(NAV_AGE_LIMIT_MS);
    }
    // With its batch, and alone as often as one task may be tried.
    expect(platform.figures.deaths).toBe(12 * 3);
  });

  it("has nearly all other neighbours a minute later", () => {
    const profiles = Array.from({ length: 1_000 }, (_, number) => {
      const accountId = nameOf(number);
      return { accountId, name: accountId, venue: "binance-usdm", mode: "paper" } as const;
    });
    const neighbours = (minute: number) =>
      drawnBatches(profiles, minute, 25)
        .find((batch) => batch.some(({ accountId }) => accountId === nameOf(7)))
        ?.map(({ accountId }) => accountId);
    const again = neighbours(1)?.filter((each) => neighbours(2)?.includes(each));
    expect(again?.length).toBeLessThan(6);
    expect(drawnBatches(profiles, 1, 25).flat()).toHaveLength(1_000);
    expect(new Set(drawnBatches(profiles, 1, 25).flat())).toEqual(new Set(profiles));
  });
});

describe("a batch", () => {
  it("that comes two minutes late is left to those behind it, and said", async () => {
    const platform = openFanOut(1, {}, 1);
    const lines: string[] = [];
    const logger = { info() {}, warn() {}, error: (line: string) => lines.push(line) };
    const clock = { nowMs: () => platform.time.nowMs, sleep: async () => {} };
    const served: string[] = [];
    const accounts = [{ accountId: "a", name: "a", venue: "binance-usdm", mode: "paper" }] as const;
    const late = {
      triedBefore: 0,
      duty: "nav",
      plannedAtMs: platform.time.nowMs - 2 * MINUTE_MS - 1,
      accounts,
    } as const;
    const deps = { clock, logger } as unknown as Parameters<typeof serveBatch>[0];
    await serveBatch(deps, late, async ({ accountId }) => void served.push(accountId));
    expect(served).toEqual([]);
    expect(lines).toHaveLength(1);
    await serveBatch(
      deps,
      { ...late, plannedAtMs: platform.time.nowMs },
      async ({ accountId }) => void served.push(accountId),
    );
    expect(served).toEqual(["a"]);
  });
});
