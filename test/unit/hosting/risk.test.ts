// The risk view's words and order: what is closest to its limit stands first, the unknown before all, every brake says
// what it holds and for how long, and the drawdown's ladder says where the account stands and what comes next.
import { describe, expect, it } from "vitest";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { riskEngine } from "#domain/risk/engine.ts";
import { activeBrakes, standbys } from "#hosting/model/brakes.ts";
import { drawdownRungs, drawdownSentences, navAt } from "#hosting/model/drawdown.ts";
import { limitRows, orderLimitRows } from "#hosting/model/limit-words.ts";
import { engineOf } from "#hosting/model/risk.ts";
import { endWords, heldWords } from "#hosting/model/trading-words.ts";
import { riskPanels } from "#hosting/view/risk-page.ts";
import { textOf } from "#hosting/view/vnode.ts";
import { config, control } from "#test/e2e/dashboard/control-documents.ts";
import { nav } from "#test/e2e/dashboard/nav-documents.ts";
import { brakedControl } from "#test/e2e/dashboard/risk-documents.ts";
import { latchWith, peak } from "#test/support/factories.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

const value = <T>(of: T) => ({ kind: "value", value: of, fromCache: false }) as const;

function engine(part: { config?: AccountConfig; control?: ControlState; drawdownBps?: number } = {}) {
  const drawdownBps = part.drawdownBps ?? 67;
  return riskEngine({
    config: part.config ?? config(NOW_MS),
    control: part.control ?? control(NOW_MS),
    nav: nav(NOW_MS),
    peak: peak({ peakUsd: "10411.6", drawdownBps, asOfMs: NOW_MS }),
    nowMs: NOW_MS,
  });
}

describe("limits against use", () => {
  it("stand closest to their limit first, with both numbers and the unit", () => {
    const rows = limitRows(engine({ control: brakedControl(NOW_MS) }).limits());
    expect(rows[0]).toMatchObject({
      name: "SOLUSDT exposure",
      limitText: "5,000.00",
      unit: "USD",
      level: "reached",
    });
    expect(rows.find(({ name }) => name === "Orders in the last minute")).toMatchObject({
      text: "9",
      limitText: "10",
      shareBps: 9_000,
      level: "close",
    });
    const steps = rows.map(({ shareBps }) => Math.floor((shareBps ?? 0) / 500));
    expect(steps).toEqual(steps.toSorted((a, b) => b - a));
  });

  it("whose use is unknown stand before all and are never shown as none", () => {
    const unpriced = riskEngine({
      config: config(NOW_MS),
      control: control(NOW_MS),
      nav: { ...nav(NOW_MS), marks: {} },
      peak: null,
      nowMs: NOW_MS,
    });
    const [first] = limitRows(unpriced.limits());
    expect(first).toMatchObject({ text: null, shareBps: null, level: "unknown" });
  });

  it("of zero count as reached: they allow nothing", () => {
    const none = engine({ config: config(NOW_MS, { maxOpenGroups: 0 }) });
    expect(limitRows(none.limits()).find(({ name }) => name === "Open positions")?.level).toBe("reached");
  });

  it("that each order is asked alone are listed apart, in their own units", () => {
    expect(
      orderLimitRows(engine().limits()).map(({ name, limitText, unit }) => [name, limitText, unit]),
    ).toEqual([
      ["Largest order", "3,000.00", "USD"],
      ["Widest spread of bid and ask", "0.50", "%"],
      ["Furthest from the signal’s price", "3.00", "%"],
      ["Oldest signal that may trade", "1 min", ""],
    ]);
  });

  it("that this page does not know are shown by their code", () => {
    const [row] = limitRows([
      { code: "NEW_LIMIT" as never, subject: "X", limit: "3", used: "1", unit: "orders", of: "account" },
    ]);
    expect(row?.name).toBe("NEW_LIMIT X");
  });
});

describe("the drawdown's ladder", () => {
  const rungsAt = (drawdownBps: number, navUsd: string) => {
    const drawdown = engine({ drawdownBps }).drawdown();
    const rungs = drawdownRungs(drawdown, peak({ peakUsd: "10000", drawdownBps }), {
      ...nav(NOW_MS),
      navUsd,
    });
    if (rungs === null) throw new Error("no rungs");
    return { drawdown, rungs };
  };

  it.each([
    ["above every grade", 67, "9933", ["PEAK", "NOW", "WARN", "REDUCE", "HALT", "FLATTEN"]],
    ["on a grade", 600, "9400", ["PEAK", "WARN", "REDUCE", "NOW", "HALT", "FLATTEN"]],
    ["past every grade", 1_600, "8400", ["PEAK", "WARN", "REDUCE", "HALT", "FLATTEN", "NOW"]],
  ] as const)("places the account %s", (_, drawdownBps, navUsd, keys) => {
    expect(rungsAt(drawdownBps, navUsd).rungs.map(({ key }) => key)).toEqual(keys);
  });

  it("gives each grade its exact NAV and what may still be lost until then", () => {
    const { rungs } = rungsAt(67, "9933");
    expect(rungs.find(({ key }) => key === "HALT")).toMatchObject({ bps: 1_000, roomUsd: "933.0000" });
    expect(navAt("10411.6", 300)).toBe("10099.25200");
  });

  it("says how deep it is, what comes next, and when nothing would happen", () => {
    const { drawdown, rungs } = rungsAt(67, "9933");
    expect(drawdownSentences(drawdown, rungs, 100)).toEqual([
      "0.67 % below the peak; 233.00 USD more to lose until warn.",
    ]);
    expect(drawdownSentences({ ...drawdown, latchedGrade: "REDUCE" }, rungs, 100)).toContain(
      "Grade REDUCE is latched: it is left below 5.00 %.",
    );
    expect(drawdownSentences({ ...drawdown, reachedGrade: "HALT" }, rungs, 100)).toContain(
      "Grade HALT is reached; the NAV run latches it within a minute.",
    );
    expect(drawdownSentences({ ...drawdown, thresholds: [] }, rungs.slice(0, 2), 100)[0]).toContain(
      "no grade is configured",
    );
  });

  it("is not drawn without a NAV", () => {
    expect(drawdownRungs(engine().drawdown(), peak(), null)).toBeNull();
  });
});

describe("brakes", () => {
  const held = (part: Partial<ControlState> = {}) => {
    const now = brakedControl(NOW_MS, part);
    return activeBrakes(engine({ control: now }).cooldowns(), config(NOW_MS), now, NOW_MS);
  };

  it("say what they hold and until when, longest first", () => {
    expect(held().map(({ name, holds, untilMs }) => [name, holds, untilMs - NOW_MS])).toEqual([
      ["StoplossGuard", "long entries", 1_267_000],
      ["CooldownPeriod", "ETHUSDT entries", 348_000],
      ["Veto", "SOLUSDT entries of fade-15m", 192_000],
    ]);
  });

  it("include the venue's ban, which no command clears, and a used-up order rate", () => {
    const banned = held({
      throttles: {
        orderSentAtMs: Array.from({ length: 10 }, () => NOW_MS - 20_000),
        venueBannedUntilMs: NOW_MS + 600_000,
        errorAtMs: [],
        vetoedUntilMs: {},
      },
      protections: { trades: [], locks: [] },
    });
    expect(banned.map(({ name, clearable, untilMs }) => [name, clearable, untilMs - NOW_MS])).toEqual([
      ["Venue ban", false, 600_000],
      ["Order rate", false, 40_000],
    ]);
  });

  it("that are over are gone", () => {
    const late = NOW_MS + 3_600_000;
    const now = brakedControl(NOW_MS);
    const cooldowns = riskEngine({
      config: config(NOW_MS),
      control: now,
      nav: null,
      peak: null,
      nowMs: late,
    }).cooldowns();
    expect(activeBrakes(cooldowns, config(NOW_MS), now, late)).toEqual([]);
  });

  it("that stand ready say their rule, and a protection that is off says so", () => {
    const rules = Object.fromEntries(
      standbys(config(NOW_MS), brakedControl(NOW_MS), NOW_MS).map(({ name, rule }) => [name, rule]),
    );
    expect(rules).toMatchObject({
      CooldownPeriod: "a symbol after each close, for 10 min",
      StoplossGuard: "after 3 stop-losses within 1 h, for 30 min",
      MaxDrawdown: null,
      "Error burst": "after 5 failed sends within 5 min (now 2), for 10 min",
    });
  });
});

describe("what ends the trading state", () => {
  it.each([
    [latchWith({ state: "ACTIVE" }), null],
    [latchWith({ state: "HALTED" }), "Does not end by itself: an operator must resume"],
    [
      latchWith({ state: "HALTED", cause: "drawdown" }),
      "Does not end by itself: an operator must resume, with a reason",
    ],
    [
      latchWith({ state: "REDUCING", cause: "drawdown", resumeAtMs: NOW_MS + 303_000 }),
      "Resumes by itself in 5 min 03 s",
    ],
    [latchWith({ state: "REDUCING", resumeAtMs: NOW_MS - 1 }), "Due to resume: the next run takes it up"],
  ])("of %o is said", (latch, words) => {
    expect(endWords(latch, NOW_MS)).toBe(words);
  });
});

describe("the risk view", () => {
  it("computes nothing from half of the documents, and says which is missing", () => {
    const missing = { kind: "missing" } as const;
    const data = accountData({ control: missing });
    expect(engineOf(state(data))).toBeNull();
    const text = riskPanels(state(data), {} as never)
      .map(textOf)
      .join(" ");
    expect(text).toContain("Trading state unknown: not written yet");
    expect(text).not.toMatch(/undefined|null|NaN/);
  });

  it("names what is held as a trader would", () => {
    expect(heldWords(state())).toBe("long 0.012 BTCUSDT and short 17 SOLUSDT");
    expect(heldWords(state(accountData({ overview: { kind: "missing" } })))).toBeNull();
  });

  it("shows an ordered flatten with who, why, tries and what is left, until it has ended", () => {
    const flattening = brakedControl(NOW_MS, {
      flatten: {
        flattenId: "f-1",
        orderedBy: "watchdog",
        reason: "market data frozen",
        orderedAtMs: NOW_MS - 12_000,
        step: 2,
        lastTriedAtMs: NOW_MS - 2_000,
      },
    });
    const text = riskPanels(state(accountData({ control: value(flattening) })), {} as never)
      .map(textOf)
      .join(" ");
    expect(text).toContain(
      "ordered 12 s ago by watchdog: “market data frozen”. 2 close orders sent, last tried 2 s ago; left: long 0.012 BTCUSDT and short 17 SOLUSDT.",
    );
  });

  it("shows buttons only to who may command, and tells the others whom to ask", () => {
    const reader = state(accountData(), {
      phase: {
        kind: "account",
        email: "reader@example.test",
        accounts: ["main"],
        accountId: "main",
        rights: { mayCommand: false, reason: "Ask an operator." },
      },
    });
    expect(textOf(riskPanels(reader, {} as never)[2] ?? "")).toMatch(/Ask an operator\.$/);
    expect(textOf(riskPanels(reader, {} as never)[2] ?? "")).not.toContain("Start session");
  });
});
