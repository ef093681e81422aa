// A peak that was lost or doubted is rebuilt from stored NAV, and the NAV schedule, which keeps its documents in memory,
// goes on from the rebuilt one.
import { describe, expect, it } from "vitest";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, Quarantined } from "#domain/documents/records.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { planPeakRebuild, recordOfDrop } from "#functions/app/rebuild/rebuild-peak.ts";
import { PreconditionFailedError } from "#ports/documents.ts";
import { ACCOUNT, createWorld, profile, type World } from "#test/support/world.ts";

function givenSeries(world: World, navUsd: readonly string[]): void {
  const nav = world.read<Nav>(paths.nav(ACCOUNT));
  const peak = world.read<Peak>(paths.peak(ACCOUNT));
  if (nav?.baseline == null || peak === null) throw new Error("There is no NAV yet");
  const baseline = { ...nav.baseline, sinceMs: Date.parse("2026-01-01T00:00:00Z") };
  world.documents.seed(paths.nav(ACCOUNT), encode({ ...nav, baseline }));
  world.documents.seed(paths.peak(ACCOUNT), encode({ ...peak, baselineSinceMs: baseline.sinceMs }));
  const series: NavSeries = {
    accountId: ACCOUNT,
    day: "2026-01-01",
    atMs: navUsd.map((_value, minute) => Date.parse("2026-01-01T10:00:00Z") + minute * 60_000),
    navUsd,
    baseline,
    adjustments: [],
    updatedAtMs: Date.parse("2026-01-01T11:00:00Z"),
  };
  world.documents.seed(paths.navSeries(ACCOUNT, series.day), encode(series));
}

describe("a rebuilt peak", () => {
  it("is the highest NAV that two stored samples in a row show, and the schedule keeps it", async () => {
    const world = await createWorld();
    givenSeries(world, ["99000", "150000", "99000", "123456.78", "123500", "101000"]);
    const schedule = world.instance("nav");
    await world.clock.advance(60_000);
    await writeNav(schedule, profile);
    const { rebuilt, writes, samples } = await planPeakRebuild(world.documents, ACCOUNT);
    expect(rebuilt.peakUsd).toBe("123456.78");
    expect(samples).toBeGreaterThanOrEqual(6);
    await world.documents.commit(writes);
    expect(world.read<Peak>(paths.peak(ACCOUNT))).toBeNull();
    for (let minute = 0; minute < 10; minute += 1) {
      await world.clock.advance(60_000);
      await writeNav(schedule, profile);
    }
    expect(world.read<Peak>(paths.peak(ACCOUNT))).toMatchObject({ peakUsd: "123456.78" });
    expect(world.read<Nav>(paths.nav(ACCOUNT))?.stale).toBe(false);
  });

  it.each([
    ["missing", null],
    ["unreadable", { junk: true }],
  ])("says that the present one is %s", async (what, data) => {
    const world = await createWorld();
    givenSeries(world, ["99000"]);
    if (data === null) await world.documents.commit([{ op: "delete", path: paths.peak(ACCOUNT) }]);
    else world.documents.seed(paths.peak(ACCOUNT), data);
    const { present } = await planPeakRebuild(world.documents, ACCOUNT);
    expect(present ?? "missing").toBe(what);
  });

  it.each([
    ["whole", {}, "(100000 USD)"],
    ["unreadable", { peakUsd: "much" }, "(unreadable)"],
  ])("leaves who dropped it, and the dropped one as it was: %s", async (_what, broken, words) => {
    const world = await createWorld();
    givenSeries(world, ["99000"]);
    const stored = { ...world.read<Peak>(paths.peak(ACCOUNT)), ...broken };
    world.documents.seed(paths.peak(ACCOUNT), encode(stored));
    const plan = await planPeakRebuild(world.documents, ACCOUNT);
    const record = recordOfDrop(ACCOUNT, plan, "tools/rebuild", world.clock.nowMs());
    await world.documents.commit([...plan.writes, ...record]);
    expect(world.under<Alert>(paths.alerts(ACCOUNT))).toMatchObject([
      { code: "PEAK_DROPPED", severity: "warning", message: expect.stringContaining(words) },
    ]);
    expect(world.under("accounts/main/outbox")).toHaveLength(1);
    const [evidence] = world.under<Quarantined>("quarantine");
    expect(evidence).toMatchObject({ code: "PEAK_DROPPED", faults: ["Dropped by tools/rebuild"] });
    expect(JSON.parse(evidence?.body ?? "")).toEqual(stored);
  });

  it("is dropped only as it was looked at: one that was written meanwhile stays", async () => {
    const world = await createWorld();
    const { writes } = await planPeakRebuild(world.documents, ACCOUNT);
    const data = encode({ ...world.read<Peak>(paths.peak(ACCOUNT)), drawdownBps: 1 });
    await world.documents.commit([{ op: "set", path: paths.peak(ACCOUNT), data }]);
    await expect(world.documents.commit(writes)).rejects.toThrow(PreconditionFailedError);
    expect(world.read(paths.peak(ACCOUNT))).not.toBeNull();
  });
});
