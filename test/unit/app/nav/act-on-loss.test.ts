// A drawdown takes effect on the trading state in the minute it is seen, journalled and with an alert; an
// idle minute leaves the control document unwritten.
import { describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";
import { latchWith } from "#test/support/factories.ts";
import { ACCOUNT, createWorld, profile, type World, type WorldOptions } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DRAWDOWN = {
  ...NO_DRAWDOWN_GRADES,
  warnBps: 500,
  reduceBps: 1_000,
  haltBps: 2_000,
  flattenBps: 3_000,
  hysteresisBps: 100,
  resumeAfterMs: HOUR_MS,
};

const created = (options: WorldOptions = {}) =>
  createWorld({ ...options, config: { drawdown: DRAWDOWN, maxDailyLossUsd: "50000", ...options.config } });
const control = (world: World) => world.read<ControlState>(paths.control(ACCOUNT));
const passes = async (world: World, passedMs = MINUTE_MS) => {
  world.clock.setMs(world.clock.nowMs() + passedMs);
  await world.tickNav();
};
const lose = (world: World, lossUsd: string) =>
  world.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd });
const gain = (world: World, gainUsd: string) =>
  world.exchange.admin("income", { incomeType: "REALIZED_PNL", gainUsd });
const alertsOf = (world: World) =>
  world.under<Alert>(`accounts/${ACCOUNT}/alerts`).map(({ code, severity }) => [code, severity] as const);

describe("a drawdown", () => {
  it.each([
    ["6000", "WARN", "ACTIVE", "warning"],
    ["11000", "REDUCE", "REDUCING", "critical"],
    ["21000", "HALT", "HALTED", "critical"],
    ["31000", "FLATTEN", "HALTED", "critical"],
  ] as const)(
    "of %s USD is grade %s: %s, with an alert and a journal entry",
    async (usd, grade, state, severity) => {
      const world = await created();
      lose(world, usd);
      await passes(world);
      expect(control(world)).toMatchObject({ drawdownGrade: grade, tradingState: { state } });
      expect(alertsOf(world)).toEqual([[`DRAWDOWN_${grade}`, severity]]);
      expect(world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`)).toMatchObject([
        { kind: "DRAWDOWN_GRADE_CHANGED", actor: "nav" },
      ]);
      expect(control(world)?.flatten !== null).toBe(grade === "FLATTEN");
      expect(world.tasks.pending.length > 0).toBe(grade === "FLATTEN");
    },
  );

  it("left undone by a process that died takes effect with the next run", async () => {
    const world = await created();
    const { commit } = world.documents;
    lose(world, "21000");
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    const dying = world.instance("schedules");
    const broken = {
      ...dying,
      documents: {
        ...dying.documents,
        commit: async (writes: Parameters<typeof commit>[0]) => {
          if (writes.some(({ path }) => path === paths.control(ACCOUNT))) throw new Error("killed");
          return await dying.documents.commit(writes);
        },
      },
    };
    await expect(writeNav(broken, profile)).rejects.toThrow("killed");
    expect(control(world)?.tradingState.state).toBe("ACTIVE");
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await writeNav(world.instance("schedules"), profile);
    expect(control(world)?.tradingState.state).toBe("HALTED");
  });

  it("of a run that stood still is not acted on once a later run has stored its NAV", async () => {
    const world = await created();
    lose(world, "21000");
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    const slow = world.instance("schedules");
    const { commit } = slow.documents;
    const documents = {
      ...slow.documents,
      commit: async (writes: Parameters<typeof commit>[0]) => {
        const versions = await commit(writes);
        gain(world, "21000");
        await passes(world);
        return versions;
      },
    };
    await writeNav({ ...slow, documents }, profile);
    expect(control(world)).toMatchObject({ drawdownGrade: "NONE", tradingState: { state: "ACTIVE" } });
  });

  it("that is left lets trading resume after the configured time, and not before", async () => {
    const world = await created();
    lose(world, "11000");
    await passes(world);
    gain(world, "11000");
    await passes(world);
    expect(control(world)).toMatchObject({ drawdownGrade: "NONE", tradingState: { state: "REDUCING" } });
    await passes(world, HOUR_MS - 2 * MINUTE_MS);
    expect(control(world)?.tradingState.state).toBe("REDUCING");
    await passes(world, 2 * MINUTE_MS);
    expect(control(world)?.tradingState).toMatchObject({ state: "ACTIVE", actor: "nav" });
    expect(alertsOf(world)).toContainEqual(["TRADING_RESUMED", "info"]);
  });

  it("halted is never ended by time or recovery, restarted or not", async () => {
    const world = await created();
    lose(world, "21000");
    await passes(world);
    gain(world, "30000");
    await passes(world);
    world.clock.setMs(world.clock.nowMs() + 48 * HOUR_MS);
    await writeNav(world.instance("schedules"), profile);
    expect(control(world)?.tradingState.state).toBe("HALTED");
  });

  it("does not overrule the operator who resumed, whatever is restarted", async () => {
    const world = await created();
    lose(world, "11000");
    await passes(world);
    const resumed = { ...control(world), tradingState: latchWith({ atMs: world.clock.nowMs() }) };
    world.documents.seed(paths.control(ACCOUNT), resumed as never);
    await passes(world);
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await writeNav(world.instance("schedules"), profile);
    expect(control(world)?.tradingState.state).toBe("ACTIVE");
  });

  it("is not judged on a stale NAV: nothing is resumed on old values", async () => {
    const world = await created();
    lose(world, "11000");
    await passes(world);
    gain(world, "11000");
    await passes(world);
    world.exchange.addFault({
      effect: { kind: "venueError", when: "before", status: 400, code: -1100, msg: "refused" },
    });
    await passes(world, 2 * HOUR_MS);
    expect(control(world)?.tradingState.state).toBe("REDUCING");
  });

  it("by a withdrawal is none", async () => {
    const world = await created();
    world.exchange.admin("withdraw", { amountUsd: "60000" });
    await passes(world);
    expect(control(world)).toMatchObject({ drawdownGrade: "NONE", tradingState: { state: "ACTIVE" } });
  });
});

describe("a day's loss", () => {
  it("at its limit reduces until the next UTC day", async () => {
    const world = await created({ config: { maxDailyLossUsd: "2000" } });
    lose(world, "2000");
    await passes(world);
    const latched = control(world);
    expect(latched).toMatchObject({ tradingState: { state: "REDUCING", cause: "dailyLoss" } });
    expect(alertsOf(world)).toEqual([["DAILY_LOSS", "critical"]]);
    const untilMs = latched?.tradingState.resumeAtMs ?? 0;
    expect(new Date(untilMs).toISOString()).toMatch(/T00:00:00.000Z$/);
    await passes(world, untilMs - world.clock.nowMs());
    expect(control(world)?.tradingState.state).toBe("ACTIVE");
  });

  it.each([
    ["6000", "DRAWDOWN_WARN", "REDUCING"],
    ["21000", "DRAWDOWN_HALT", "HALTED"],
  ])(
    "has its own alert also when the grade moves in the same minute, by %s USD",
    async (usd, grade, state) => {
      const world = await created({ config: { maxDailyLossUsd: "2000" } });
      lose(world, usd);
      await passes(world);
      expect(control(world)?.tradingState.state).toBe(state);
      expect(alertsOf(world).map(([code]) => code)).toEqual([grade, "DAILY_LOSS"]);
    },
  );
});

describe("an idle minute", () => {
  it("reads the control document once and writes none, with a grade held or without", async () => {
    const world = await created();
    lose(world, "6000");
    await passes(world);
    const before = JSON.stringify(control(world));
    const schedules = world.instance("schedules");
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    await writeNav(schedules, profile);
    const { reads } = { ...schedules.counts };
    for (let minute = 0; minute < 3; minute++) {
      world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
      await writeNav(schedules, profile);
    }
    expect(schedules.counts.reads - reads).toBe(3);
    expect(JSON.stringify(control(world))).toBe(before);
  });
});
