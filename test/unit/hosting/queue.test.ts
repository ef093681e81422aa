// The queue on the screen: pool occupancy, rank with its reason, time left, an operator's two orders, and the receipt's way.
import { describe, expect, it } from "vitest";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import { QUEUE_CRITERIA, QUEUE_ENDS } from "#domain/documents/words.ts";
import { aheadWords, poolRows, stayWords } from "#hosting/model/queue-words.ts";
import { engineOf } from "#hosting/model/risk.ts";
import { riskPanels } from "#hosting/view/risk-page.ts";
import { textOf } from "#hosting/view/vnode.ts";
import { config, control } from "#test/e2e/dashboard/control-documents.ts";
import { queuedEntry } from "#test/support/factories.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

const value = <T>(of: T) => ({ kind: "value", value: of, fromCache: false }) as const;
const QUEUE = { maxLength: 4, validForMs: 600_000, maxPriceDriftBps: 100 };

function shown(queue: readonly QueuedEntry[], queueConfig: typeof QUEUE | null = QUEUE): string {
  const data = accountData({
    config: value({ ...config(NOW_MS), queue: queueConfig }),
    control: value({ ...control(NOW_MS), queue }),
  });
  const found = riskPanels(state(data), {} as never).find(({ attributes }) => attributes.key === "queue");
  return found === undefined ? "" : textOf(found);
}

const entry = (part: Partial<QueuedEntry>) =>
  queuedEntry({ queuedAtMs: NOW_MS - 60_000, expiresAtMs: NOW_MS + 120_000, ...part });

describe("the queue on the screen", () => {
  it("shows each entry at its place, what puts it before the next, and how full pool and queue are", () => {
    const text = shown([
      entry({ symbol: "ETHUSDT", rank: { pyramidOfGroupId: null, lossBps: 0, aheadBy: "REPLACEMENT" } }),
      entry({ intentId: "b", symbol: "SOLUSDT", side: "short" }),
    ]);
    expect(text).toMatch(/1\s*long ETHUSDT.*took the place of an older entry.*2\s*short SOLUSDT/s);
    expect(text).toContain("2 of 4 may wait");
    expect(text).toMatch(/All\s*\d+ of \d+ open/);
  });

  it("says that none waits, and whether one could", () => {
    expect(shown([])).toContain("No entry waits");
    expect(shown([], null)).toContain("a full pool denies");
  });

  it("has words for every criterion and every end", () => {
    const rank = { pyramidOfGroupId: null, lossBps: 250 };
    const words = QUEUE_CRITERIA.map((aheadBy) => aheadWords(queuedEntry({ rank: { ...rank, aheadBy } })));
    expect(new Set(words).size).toBe(QUEUE_CRITERIA.length);
    expect(words[QUEUE_CRITERIA.indexOf("LOSS")]).toContain("2.50 %");
    expect(aheadWords(queuedEntry())).toBeNull();
    const stay = { queuedAtMs: NOW_MS, placeWhenQueued: 2, endedAtMs: NOW_MS, endedBy: null };
    const ends = QUEUE_ENDS.map((end) => stayWords({ queue: { ...stay, end } }));
    expect(new Set(ends).size).toBe(QUEUE_ENDS.length);
    expect(stayWords({ queue: { ...stay, end: null, endedAtMs: null } })).toContain("place 2; waits");
    expect(stayWords({ queue: null })).toBeNull();
  });

  it("counts a tier and a bucket that limit the pool", () => {
    const tier = { symbols: ["BTCUSDT"], maxExposureUsd: null, maxOpenGroups: 3 };
    const limited = { ...config(NOW_MS), tiers: { majors: tier }, buckets: {} };
    const engine = engineOf(state(accountData({ config: value(limited) })));
    const rows = poolRows(engine?.limits() ?? []);
    expect(rows.map(({ name }) => name)).toEqual(["All", "Tier majors"]);
    expect(rows[1]).toMatchObject({ limit: "3" });
  });
});
