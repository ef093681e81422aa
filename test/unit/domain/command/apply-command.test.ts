// Effect of each command on the control document: applied or refused with a reason, and never looser than it
// says.
import { describe, expect, it } from "vitest";
import type { AppliedCommand, CommandContext } from "#domain/command/applied.ts";
import { applyCommand } from "#domain/command/apply-command.ts";
import type { CommandRequest } from "#domain/documents/command.ts";
import type { ControlState, DrawdownGrade } from "#domain/documents/control.ts";
import { command } from "#test/support/commands.ts";
import { latchWith, NOW_MS, nav, peak, throttlesWith } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const HOUR_MS = 3_600_000;
const SESSION = { startedBy: "anna", startedAtMs: NOW_MS - HOUR_MS, horizonAtMs: null, stopLossNavUsd: null };
const HALTED = latchWith({ state: "HALTED", cause: "operator" });
const BY_DRAWDOWN = latchWith({ state: "HALTED", cause: "drawdown", reason: "12 % down" });
const SENTENCE = "The strategy was mended, half the size now";

function apply(
  request: CommandRequest,
  control: Partial<ControlState> = {},
  rest: Partial<CommandContext> & { reason?: string; expiresAtMs?: number; byOperator?: boolean } = {},
): AppliedCommand {
  const { reason = "because", expiresAtMs = NOW_MS + HOUR_MS, byOperator = true, ...context } = rest;
  return applyCommand(command({ request, reason, expiresAtMs, byOperator, actor: "anna" }), {
    control: controlWith(control),
    config: configWith(),
    nav: nav(),
    peak: peak({ drawdownBps: 3_100 }),
    alert: null,
    nextVersionExists: false,
    nowMs: NOW_MS,
    ...context,
  });
}

function start(horizonAtMs: number | null, stopLossNavUsd: string | null): CommandRequest {
  return { kind: "start", horizonAtMs, stopLossNavUsd };
}

describe("start", () => {
  it("arms a session with horizon and stop-loss, and lets entries through", () => {
    const applied = apply(start(NOW_MS + HOUR_MS, "90000"), { tradingState: HALTED });
    expect(applied.status).toBe("DONE");
    expect(applied.control.session).toEqual({
      startedBy: "anna",
      startedAtMs: NOW_MS,
      horizonAtMs: NOW_MS + HOUR_MS,
      stopLossNavUsd: "90000",
    });
    const latch = { state: "ACTIVE", cause: "operator", actor: "anna", reason: "because", resumeAtMs: null };
    expect(applied.control.tradingState).toMatchObject(latch);
  });

  it.each<[string, CommandRequest, Partial<ControlState>, Partial<CommandContext>, RegExp]>([
    ["a horizon in the past", start(NOW_MS - 1, null), {}, {}, /less than a minute ahead/],
    ["a horizon met before the next look", start(NOW_MS + 59_999, null), {}, {}, /less than a minute ahead/],
    ["a stop-loss at NAV", start(null, "100000"), {}, {}, /not below NAV/],
    ["a stop-loss above NAV", start(null, "100000.01"), {}, {}, /not below NAV/],
    ["a stop-loss without NAV", start(null, "90000"), {}, { nav: null }, /no NAV/],
    ["a stop-loss under a stale NAV", start(null, "90000"), {}, { nav: nav({ stale: true }) }, /stale/],
    [
      "a stop-loss under an old NAV",
      start(null, "1"),
      {},
      { nav: nav({ asOfMs: NOW_MS - HOUR_MS }) },
      /stale/,
    ],
    ["a second session", start(null, null), { session: SESSION }, {}, /armed since/],
    ["over a running flatten", start(null, null), { flatten: running() }, {}, /has not ended/],
    [
      "after a drawdown without a sentence",
      start(null, null),
      { drawdownGrade: "HALT" },
      {},
      /20 characters/,
    ],
  ])("refuses %s and changes nothing", (_, request, control, context, why) => {
    const applied = apply(request, control, context);
    expect(applied).toMatchObject({ status: "REFUSED", outcome: expect.stringMatching(why) });
    expect(applied.control).toEqual(controlWith(control));
  });
});

function running(): NonNullable<ControlState["flatten"]> {
  const { flatten } = apply({ kind: "flatten" }).control;
  if (flatten === null) throw new Error("flatten did not order one");
  return flatten;
}

describe("stop, pause and flatten only tighten", () => {
  it("stop halts and ends the session, over a flatten too", () => {
    const flatten = running();
    const applied = apply({ kind: "stop" }, { session: SESSION, flatten });
    expect(applied.control).toMatchObject({ session: null, flatten, tradingState: { state: "HALTED" } });
  });

  it("stop leaves a drawdown's halt a drawdown's", () => {
    const { control } = apply({ kind: "stop" }, { tradingState: BY_DRAWDOWN });
    expect(control.tradingState).toMatchObject({ state: "HALTED", cause: "drawdown" });
  });

  it("pause reduces, and does not turn a halt into less", () => {
    expect(apply({ kind: "pause" }).control.tradingState.state).toBe("REDUCING");
    const halted = apply({ kind: "pause" }, { tradingState: HALTED });
    expect(halted).toMatchObject({ status: "REFUSED", control: { tradingState: HALTED } });
  });

  it("pause takes the timed end off a drawdown's REDUCING", () => {
    const timed = latchWith({ state: "REDUCING", cause: "drawdown", resumeAtMs: NOW_MS + 1 });
    expect(apply({ kind: "pause" }, { tradingState: timed }).control.tradingState.resumeAtMs).toBeNull();
  });

  it("flatten orders one and halts; a second keeps the first", () => {
    const first = apply({ kind: "flatten" });
    expect(first.control).toMatchObject({
      tradingState: { state: "HALTED" },
      session: null,
      flatten: { orderedBy: "anna", reason: "because", step: 0 },
    });
    const second = apply({ kind: "flatten" }, { ...first.control, journalSeq: 9 });
    expect(second.control.flatten).toEqual(first.control.flatten);
  });
});

describe("resume", () => {
  it("is ACTIVE again after an operator's or the watchdog's latch", () => {
    for (const cause of ["operator", "watchdog", "telemetry", "session"] as const) {
      const { control } = apply({ kind: "resume" }, { tradingState: latchWith({ state: "HALTED", cause }) });
      expect(control.tradingState).toMatchObject({ state: "ACTIVE", cause: "operator" });
    }
  });

  it.each<[DrawdownGrade, string, "DONE" | "REFUSED"]>([
    ["HALT", "ok", "REFUSED"],
    ["HALT", " x                                  ", "REFUSED"],
    ["HALT", SENTENCE, "DONE"],
    ["REDUCE", "ok", "REFUSED"],
    ["REDUCE", SENTENCE, "DONE"],
    // The grade was left, but a drawdown still holds the latch.
    ["NONE", "ok", "REFUSED"],
    ["NONE", SENTENCE, "DONE"],
    ["FLATTEN", "ok", "REFUSED"],
    ["FLATTEN", SENTENCE, "DONE"],
  ])("after a drawdown of grade %s, with the reason %j: %s", (drawdownGrade, reason, status) => {
    const applied = apply({ kind: "resume" }, { tradingState: BY_DRAWDOWN, drawdownGrade }, { reason });
    expect(applied.status).toBe(status);
    expect(applied.control.drawdownGrade).toBe(drawdownGrade);
    expect(applied.control.tradingState.state).toBe(status === "DONE" ? "ACTIVE" : "HALTED");
  });

  it.each([
    [3_000, "the next flatten comes at 5170 bps", 3_100],
    [null, "no drawdown flattens any more", 3_100],
  ] as const)(
    "after a flatten is judged by the config in force, with the grade FLATTEN at %s bps",
    (flattenBps, words, acknowledgedBps) => {
      const config = configWith({ drawdown: { ...configWith().drawdown, flattenBps } });
      const flattened = { tradingState: BY_DRAWDOWN, drawdownGrade: "FLATTEN" as const };
      const applied = apply({ kind: "resume" }, flattened, { reason: SENTENCE, config });
      expect(applied.outcome).toContain(words);
      expect(applied.control.drawdownAcknowledgedBps).toBe(acknowledgedBps);
    },
  );

  it.each(["resume", "start"] as const)("lets no one but an operator %s after a drawdown", (kind) => {
    const request: CommandRequest =
      kind === "start" ? { kind, horizonAtMs: null, stopLossNavUsd: null } : { kind };
    const reason = "reviewed, and sizes are halved";
    const halted = { tradingState: BY_DRAWDOWN, drawdownGrade: "HALT" as const, session: null };
    const refused = apply(request, halted, { reason, byOperator: false });
    expect(refused).toMatchObject({ status: "REFUSED", outcome: expect.stringContaining("an operator") });
    expect(refused.control.tradingState).toEqual(BY_DRAWDOWN);
    expect(apply(request, halted, { reason, byOperator: true }).status).toBe("DONE");
    const before = { tradingState: latchWith({ state: "HALTED" }), session: null };
    expect(apply(request, before, { reason, byOperator: false }).status).toBe("DONE");
  });

  it("asks for the sentence also when an operator's pause hides the drawdown's latch", () => {
    const paused = { tradingState: latchWith({ state: "REDUCING" }), drawdownGrade: "REDUCE" as const };
    expect(apply({ kind: "resume" }, paused).status).toBe("REFUSED");
  });

  it("is refused over a running flatten", () => {
    expect(apply({ kind: "resume" }, { tradingState: HALTED, flatten: running() }).status).toBe("REFUSED");
  });
});

describe("a session's limits", () => {
  it("are changed while one is armed, each by its own rule", () => {
    const horizon = apply({ kind: "set_horizon", horizonAtMs: NOW_MS + HOUR_MS }, { session: SESSION });
    expect(horizon.control.session).toEqual({ ...SESSION, horizonAtMs: NOW_MS + HOUR_MS });
    const stopLoss = apply({ kind: "set_stoploss", stopLossNavUsd: "99999.99" }, { session: SESSION });
    expect(stopLoss.control.session).toEqual({ ...SESSION, stopLossNavUsd: "99999.99" });
  });

  it.each<[string, CommandRequest, Partial<ControlState>]>([
    ["a horizon without a session", { kind: "set_horizon", horizonAtMs: null }, {}],
    ["a stop-loss without a session", { kind: "set_stoploss", stopLossNavUsd: null }, {}],
    ["a past horizon", { kind: "set_horizon", horizonAtMs: NOW_MS - 1 }, { session: SESSION }],
    ["a stop-loss over NAV", { kind: "set_stoploss", stopLossNavUsd: "100001" }, { session: SESSION }],
  ])("refuses %s", (_, request, control) => {
    expect(apply(request, control).status).toBe("REFUSED");
  });
});

describe("clear_cooldown", () => {
  const lock = { sinceMs: NOW_MS - 1, untilMs: NOW_MS + HOUR_MS, reason: "r", side: null } as const;
  const btc = { ...lock, protection: "CooldownPeriod", symbol: "BTCUSDT" } as const;
  const all = { ...lock, protection: "StoplossGuard", symbol: null } as const;
  const control = {
    protections: { trades: [], locks: [btc, all] },
    throttles: throttlesWith({
      errorAtMs: [NOW_MS - 1],
      vetoedUntilMs: { "trend/BTCUSDT": NOW_MS + 1, "trend/ETHUSDT": NOW_MS + 1 },
      venueBannedUntilMs: NOW_MS + HOUR_MS,
      orderSentAtMs: [NOW_MS - 5],
    }),
  };

  it("of a symbol lifts its own locks and vetoes and leaves what holds for all", () => {
    const after = apply({ kind: "clear_cooldown", symbol: "BTCUSDT" }, control).control;
    expect(after.protections.locks).toEqual([all]);
    expect(after.throttles).toEqual({
      ...control.throttles,
      vetoedUntilMs: { "trend/ETHUSDT": NOW_MS + 1 },
    });
  });

  it("of all lifts everything but the venue's ban and the order rate", () => {
    const after = apply({ kind: "clear_cooldown", symbol: null }, control).control;
    expect(after.protections.locks).toEqual([]);
    expect(after.throttles).toEqual({ ...control.throttles, errorAtMs: [], vetoedUntilMs: {} });
  });
});

describe("set_config", () => {
  const config = configWith({ maxOpenGroups: 2, version: 77, author: "forged", createdAtMs: 1 });

  it("comes into force as the next version, with author and time of its own", () => {
    const applied = apply({ kind: "set_config", baseVersion: 3, config }, { configVersion: 3 });
    expect(applied.control.configVersion).toBe(4);
    expect(applied.activates).toEqual({ ...config, version: 4, author: "anna", createdAtMs: NOW_MS });
  });

  it("is refused on another version than the present one, and over a document put there by hand", () => {
    const outdated = apply({ kind: "set_config", baseVersion: 2, config }, { configVersion: 3 });
    expect(outdated).toMatchObject({ status: "REFUSED", activates: null, control: { configVersion: 3 } });
    const request: CommandRequest = { kind: "set_config", baseVersion: 3, config };
    const stray = apply(request, { configVersion: 3 }, { nextVersionExists: true });
    expect(stray).toMatchObject({ status: "REFUSED", activates: null });
  });
});

describe("ack_alert", () => {
  const alert = {
    alertId: "a1",
    accountId: "main",
    severity: "critical",
    code: "POSITION_UNKNOWN",
    message: "m",
    remedy: "r",
    dedupeKey: "k",
    atMs: NOW_MS - 1,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
  } as const;

  it("acknowledges once", () => {
    const request: CommandRequest = { kind: "ack_alert", alertId: "a1" };
    expect(apply(request, {}, { alert })).toMatchObject({ status: "DONE", acknowledges: "a1" });
    const seen = { ...alert, acknowledgedAtMs: NOW_MS - 1, acknowledgedBy: "bert" };
    expect(apply(request, {}, { alert: seen })).toMatchObject({ status: "DONE", acknowledges: null });
    expect(apply(request)).toMatchObject({ status: "REFUSED", acknowledges: null });
  });
});

it("does nothing after its expiry, whatever it is", () => {
  for (const kind of ["stop", "pause", "resume", "flatten"] as const) {
    const applied = apply({ kind }, {}, { expiresAtMs: NOW_MS - 1 });
    expect(applied).toMatchObject({ status: "EXPIRED", control: controlWith() });
  }
});
