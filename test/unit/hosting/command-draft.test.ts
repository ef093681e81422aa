// A command from this page is exactly the typed one: an empty field means absent, never zero. An invalid time
// or amount keeps it from being sent. The form says in words what will happen to the positions.

import { describe, expect, it } from "vitest";
import { mayCommandAny } from "#domain/command/role-table.ts";
import { COMMAND_ROLES } from "#domain/documents/words.ts";
import { countdownText } from "#hosting/model/age.ts";
import { roleOf } from "#hosting/model/claims.ts";
import {
  commandMeaning,
  commandNews,
  consequences,
  isDangerous,
  needlessBecause,
  requestDetails,
} from "#hosting/model/command-words.ts";
import { type DraftFields, type DraftKind, newDraft, requestOf } from "#hosting/model/draft.ts";
import { commandRights } from "#hosting/model/rights.ts";
import { viewOf } from "#hosting/model/view.ts";
import { postedCommandSchema } from "#schemas/command.ts";
import { control } from "#test/e2e/dashboard/control-documents.ts";
import { command } from "#test/e2e/dashboard/risk-documents.ts";
import { latchWith } from "#test/support/factories.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

const parsed = (kind: DraftKind, fields: Partial<DraftFields> = {}) =>
  requestOf(newDraft(kind, fields), NOW_MS);
const value = <T>(of: T) => ({ kind: "value", value: of, fromCache: false }) as const;

describe("a command's request", () => {
  it.each([
    ["start", {}, { kind: "start", horizonAtMs: null, stopLossNavUsd: null }],
    [
      "start",
      { horizon: "2026-11-20T22:30", stopLossUsd: "9,800.50" },
      { kind: "start", horizonAtMs: Date.UTC(2026, 10, 20, 22, 30), stopLossNavUsd: "9800.50" },
    ],
    ["set_horizon", {}, { kind: "set_horizon", horizonAtMs: null }],
    ["set_stoploss", { stopLossUsd: "9800" }, { kind: "set_stoploss", stopLossNavUsd: "9800" }],
    ["clear_cooldown", {}, { kind: "clear_cooldown", symbol: null }],
    ["clear_cooldown", { symbol: "ETHUSDT" }, { kind: "clear_cooldown", symbol: "ETHUSDT" }],
    ["drop_queued", { intentId: "a".repeat(32) }, { kind: "drop_queued", intentId: "a".repeat(32) }],
    ["promote_queued", { intentId: "a".repeat(32) }, { kind: "promote_queued", intentId: "a".repeat(32) }],
    ["stop", { horizon: "" }, { kind: "stop" }],
    ["flatten", {}, { kind: "flatten" }],
  ] as const)("%s of %o is %o, as the function accepts it", (kind, fields, request) => {
    expect(parsed(kind, fields)).toEqual({ ok: true, request });
    expect(() => postedCommandSchema.parse({ accountId: "main", request, reason: "why" })).not.toThrow();
  });

  it.each([
    ["set_horizon", { horizon: "tomorrow" }, "The horizon is not a time."],
    ["set_horizon", { horizon: "2026-11-20T11:59" }, "The horizon is in the past."],
    ["set_stoploss", { stopLossUsd: "0" }, "The stop-loss is not an amount above zero."],
    ["set_stoploss", { stopLossUsd: "-5" }, "The stop-loss is not an amount above zero."],
    ["set_stoploss", { stopLossUsd: "1e4" }, "The stop-loss is not an amount above zero."],
  ] as const)("%s of %o is not sent: %s", (kind, fields, text) => {
    expect(parsed(kind, fields)).toMatchObject({ ok: false, fault: { text } });
  });
});

describe("what a command will do", () => {
  it("is said over what is held and working now", () => {
    expect(consequences("flatten", state())).toEqual([
      "Cancels 1 working order.",
      "Closes long 0.012 BTCUSDT and short 17 SOLUSDT: reduce-only, at a bounded price first, at market if needed.",
      "Then trading stays halted until an operator resumes or starts.",
    ]);
    expect(consequences("stop", state()).join(" ")).toContain("Positions stay open: long 0.012 BTCUSDT");
  });

  it("does not claim that nothing is held while the books are unknown", () => {
    const unknown = state(accountData({ overview: { kind: "missing" } }));
    expect(consequences("flatten", unknown).join(" ")).toContain("the books are unknown here");
  });

  it("warns before a resume from a drawdown's halt", () => {
    const halted = control(NOW_MS, { tradingState: latchWith({ state: "HALTED", cause: "drawdown" }) });
    expect(consequences("resume", state(accountData({ control: value(halted) }))).join(" ")).toContain(
      "It was halted by a drawdown. It is 0.67 % now.",
    );
  });

  it("says before a resume from a drawdown's flatten that the same fall closes everything again", () => {
    const tradingState = latchWith({ state: "HALTED", cause: "drawdown" });
    const flattened = control(NOW_MS, { tradingState, drawdownGrade: "FLATTEN" });
    const words = consequences("resume", state(accountData({ control: value(flattened) }))).join(" ");
    expect(words).toContain("20 characters or more.");
    expect(words).toContain("As deep a fall again from here closes everything again");
    expect(needlessBecause("resume", state(accountData({ control: value(flattened) })))).toBeNull();
  });

  it("withholds no brake, whatever the account's state, and says why the rest would be refused", () => {
    const halted = control(NOW_MS, { tradingState: latchWith({ state: "HALTED" }) });
    const on = state(accountData({ control: value(halted) }));
    expect([needlessBecause("stop", on), needlessBecause("flatten", on)]).toEqual([null, null]);
    expect(needlessBecause("pause", on)).toBe("HALTED is stricter than a pause");
    expect(needlessBecause("resume", on)).toBeNull();
    expect(needlessBecause("resume", state())).toBe("Trading is ACTIVE already");
    expect(needlessBecause("set_horizon", state())).toBe("No session is armed; start one");
  });

  it("takes a typed name where the function asks for a second step", () => {
    expect((["start", "resume", "flatten"] as const).every(isDangerous)).toBe(true);
    expect((["stop", "pause", "clear_cooldown"] as const).some(isDangerous)).toBe(false);
  });
});

describe("a command's progress", () => {
  const stored = {
    ...command({ commandId: "c", receivedAtMs: NOW_MS, status: "STORED", outcome: null, endedAtMs: null }),
  };
  const row = {
    ...stored,
    request: {
      kind: "stop",
      horizonAtMs: null,
      stopLossNavUsd: null,
      symbol: null,
      alertId: null,
      intentId: null,
      groupId: null,
      shareBps: null,
      baseVersion: null,
    },
  };

  it("says how long it stays valid while it waits, and then its outcome", () => {
    expect(commandMeaning({ ...row, expiresAtMs: NOW_MS + 61_000 }, NOW_MS)).toBe(
      "In sequence; not taken yet; void in 1 min 01 s",
    );
    expect(commandMeaning({ ...row, status: "DONE", outcome: "HALTED" }, NOW_MS)).toBe("HALTED");
  });

  it("is announced at its end only, and not on the first look", () => {
    const done = { ...row, status: "DONE" as const, outcome: "HALTED", endedAtMs: NOW_MS };
    expect(commandNews([row], [done])).toEqual(["Stop: done. HALTED"]);
    expect([commandNews(null, [done]), commandNews([], [row]), commandNews([done], [done])]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it("shows what was asked for with its numbers", () => {
    const details = (part: object) => requestDetails({ ...row.request, ...part });
    expect(details({ kind: "start", horizonAtMs: Date.UTC(2026, 10, 20, 22), stopLossNavUsd: "9800" })).toBe(
      "until 2026-11-20 22:00 UTC, stop-loss at 9,800.00 USD",
    );
    expect(details({ kind: "clear_cooldown" })).toBe("all symbols");
    expect(details({ kind: "later_kind" })).toBe("");
  });
});

describe("who may command", () => {
  it.each([
    ["operator", [], true],
    ["trader", ["main"], true],
    ["trader", ["other"], false],
    ["viewer", ["main"], false],
    [null, ["main"], false],
  ] as const)("%s with %j: %s", (role, accounts, mayCommand) => {
    const rights = commandRights({ role, accounts }, "main");
    expect(rights.mayCommand).toBe(mayCommand);
    expect(rights.reason === null).toBe(mayCommand);
  });

  it("is not read from a claim that is not text", () => {
    expect([roleOf({ role: ["operator"] }), roleOf({}), roleOf({ role: "operator" })]).toEqual([
      null,
      null,
      "operator",
    ]);
  });
});

describe("the view in the address", () => {
  it.each([
    ["#risk", "overview", "risk"],
    ["", "risk", "overview"],
    ["#overview", "risk", "overview"],
    ["#main", "risk", "risk"],
  ] as const)("%j from %s is %s", (fragment, present, view) => {
    expect(viewOf(fragment, present)).toBe(view);
  });
});

describe("a countdown", () => {
  it.each([
    [1, "1 s"],
    [59_001, "1 min 00 s"],
    [243_000, "4 min 03 s"],
    [7_500_000, "2 h 5 min"],
    [-5, "0 s"],
  ])("of %i ms reads %s: zero only once it is over", (ms, words) => {
    expect(countdownText(ms)).toBe(words);
  });
});

it.each(COMMAND_ROLES.filter((role) => role !== "machine"))(
  "a %s has the rights of the table of roles",
  (role) => {
    for (const accounts of [[], ["main"], ["other"]]) {
      const reach = role === "operator" ? "all" : accounts;
      const expected = mayCommandAny({ role, accounts: reach, given: [] }, "main");
      expect(commandRights({ role, accounts }, "main").mayCommand).toBe(expected);
    }
  },
);
