// A command on a position from this page is exactly the typed one, and its form names the effect in the figures of the
// position as it is now.
import { describe, expect, it } from "vitest";
import { POSITION_COMMANDS } from "#domain/documents/words.ts";
import { type DraftFields, type DraftKind, isOnPosition, newDraft, requestOf } from "#hosting/model/draft.ts";
import {
  ladderOf,
  ladderText,
  levelText,
  stopLevelOf,
  takeProfitLevelOf,
} from "#hosting/model/level-text.ts";
import { positionConsequences, positionNeedless } from "#hosting/model/position-command-words.ts";
import { commandRequestSchema } from "#schemas/command.ts";
import { control } from "#test/e2e/dashboard/control-documents.ts";
import { overview } from "#test/e2e/dashboard/order-rows.ts";
import { laddered } from "#test/e2e/dashboard/position-documents.ts";
import { latchWith } from "#test/support/factories.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

const GROUP = "a".repeat(32);
const value = <T>(of: T) => ({ kind: "value", value: of, fromCache: false }) as const;
const group = laddered(NOW_MS, { groupId: GROUP });
const held = state(accountData({ overview: value({ ...overview(NOW_MS), groups: [group] }) }));
const parsed = (kind: DraftKind, fields: Partial<DraftFields>) =>
  requestOf(newDraft(kind, { groupId: GROUP, ...fields }), NOW_MS);
const words = (kind: DraftKind, fields: Partial<DraftFields>, on = held) =>
  positionConsequences(newDraft(kind, { groupId: GROUP, ...fields }), on).join("\n");

describe("a level as typed", () => {
  it.each([
    ["61000", { kind: "priceUsd", priceUsd: "61000" }],
    [" 0.0815 ", { kind: "priceUsd", priceUsd: "0.0815" }],
    ["1.5%", { kind: "bps", bps: 150 }],
    ["0.05 %", { kind: "bps", bps: 5 }],
    ["900 away", { kind: "distanceUsd", distanceUsd: "900" }],
    ["2.5R", { kind: "riskMultiple", riskMultiple: "2.5" }],
  ] as const)("%j is %o, and is shown as it can be typed again", (text, level) => {
    expect(takeProfitLevelOf(text)).toEqual(level);
    expect(takeProfitLevelOf(levelText(level))).toEqual(level);
  });

  it.each(["", "0", "0%", "-5", "1e5", "60,000", "1.234%", "R", "0R", "away", "x"])("%j is none", (text) => {
    expect(takeProfitLevelOf(text)).toBeNull();
  });

  it("of a stop is no multiple of itself", () => {
    expect(stopLevelOf("2R")).toBeNull();
  });

  it("with its share makes a ladder, which is shown as it can be typed again", () => {
    const ladder = ladderOf("1%@50, 2R@30,64000 @ 20");
    expect(ladder).toEqual(group.plan?.takeProfits);
    expect(ladderOf(ladderText(ladder ?? []))).toEqual(ladder);
    expect([ladderOf("none"), ladderText([])]).toEqual([[], "none"]);
  });

  it.each(["", "1%", "1%@", "1%@0", "1%@50@50", "1%@50,,2%@50", "60,600@50"])("%j is no ladder", (text) => {
    expect(ladderOf(text)).toBeNull();
  });
});

describe("a request", () => {
  it.each([
    ["close_position", { share: "all" }, { groupId: GROUP, shareBps: 10_000 }],
    ["close_position", { share: "12.5 %" }, { groupId: GROUP, shareBps: 1_250 }],
    ["move_stop", { stop: "1.5%" }, { groupId: GROUP, stop: { kind: "bps", bps: 150 } }],
    [
      "set_take_profits",
      { levels: "3R@100" },
      {
        groupId: GROUP,
        takeProfits: [{ level: { kind: "riskMultiple", riskMultiple: "3" }, shareBps: 10_000 }],
      },
    ],
    ["set_take_profits", { levels: "none" }, { groupId: GROUP, takeProfits: [] }],
    ["cancel_exit", { leg: "takeProfit-2" }, { groupId: GROUP, leg: { kind: "takeProfit", level: 1 } }],
    ["cancel_exit", { leg: "breakEven" }, { groupId: GROUP, leg: { kind: "breakEven" } }],
    [
      "adopt_position",
      { symbol: "XRPUSDT", side: "long", qtyBase: "500" },
      { symbol: "XRPUSDT", side: "long", qtyBase: "500", plan: null },
    ],
    [
      "adopt_position",
      { symbol: "XRPUSDT", side: "short", qtyBase: "500", stop: "2%" },
      {
        symbol: "XRPUSDT",
        side: "short",
        qtyBase: "500",
        plan: {
          stop: { kind: "bps", bps: 200 },
          takeProfits: [],
          breakEvenAfter: null,
          trailing: null,
          timeLimitMs: null,
        },
      },
    ],
  ] as const)("%s of %o is %o, as the function accepts it", (kind, fields, rest) => {
    expect(parsed(kind, fields)).toEqual({ ok: true, request: { kind, ...rest } });
    expect(() => commandRequestSchema.parse({ kind, ...rest })).not.toThrow();
  });

  it.each([
    ["close_position", { share: "0" }],
    ["close_position", { share: "101" }],
    ["close_position", { share: "" }],
    ["move_stop", { stop: "soon" }],
    ["set_take_profits", { levels: "" }],
    ["cancel_exit", { leg: "stop" }],
    ["adopt_position", { symbol: "XRPUSDT", side: "long", qtyBase: "500", stop: "2R" }],
    ["adopt_position", { symbol: "XRPUSDT", side: "long", qtyBase: "500", levels: "1%" }],
  ] as const)("%s of %o is not sent, and says what to type", (kind, fields) => {
    expect(parsed(kind, fields)).toMatchObject({ ok: false, fault: { remedy: expect.stringMatching(/\w/) } });
  });

  it("on a position is each that the functions call so", () => {
    expect(POSITION_COMMANDS.every(isOnPosition)).toBe(true);
    expect(isOnPosition("flatten")).toBe(false);
  });
});

describe("the effect of a command is named in figures", () => {
  it("of a close: quantity, value and profit at the mark of 60,514.90", () => {
    expect(words("close_position", { share: "25" })).toContain(
      "Closes 0.0025 of 0.01 BTCUSDT long (25.00 %, rounded down to the venue’s step), about 151.29 USD at the mark",
    );
    expect(words("close_position", { share: "25" })).toContain("Realises about +1.29 USD before fees.");
    expect(words("close_position", { share: "25" })).toContain("shrink to the rest of 0.0075");
    expect(words("close_position", { share: "all" })).toContain("its slot is free once nothing is held");
  });

  it("of a stop: from where to where, what it leaves, and a nearer one", () => {
    const moved = words("move_stop", { stop: "59400" });
    expect(moved).toContain("moves from 58,800.00 USD to 59,400.00 USD, 1.84 % from the mark.");
    expect(moved).toContain("There 0.01 BTCUSDT close, about −6.00 USD before fees.");
    expect(moved).toContain("A nearer one at 60,000.00 USD counts before it");
    expect(words("move_stop", { stop: "60514.9" })).toContain("it would be refused");
  });

  it("of a ladder: each level with its price, quantity and profit, and what is left", () => {
    const set = words("set_take_profits", { levels: "61200@50, 3R@30" });
    expect(set).toContain(
      "Take-profit 1 at 61,200.00 USD, 1.13 % from the mark: 0.005 BTCUSDT (50.00 %), about +6.00 USD",
    );
    expect(set).toContain("Take-profit 2 at 63,600.00 USD");
    expect(set).toContain("0.002 BTCUSDT are left to the stop");
    expect(words("set_take_profits", { levels: "60000@50" })).toContain("it would be refused");
    expect(words("set_take_profits", { levels: "61000@80, 62000@80" })).toContain("more than the whole");
  });

  it("of a cancelled leg: which one, and where it was", () => {
    expect(words("cancel_exit", { leg: "takeProfit-2" })).toContain(
      "Takes take-profit 2 at 62,400.00 USD out",
    );
    expect(words("cancel_exit", { leg: "timeLimit" })).toContain("it was due at 2026-11-21 11:56");
  });

  it("of an adoption: the venue's quantity, and what guards it", () => {
    const adopted = words("adopt_position", { symbol: "XRPUSDT", side: "long", qtyBase: "500" });
    expect(adopted).toContain("Takes 500 XRPUSDT long into a group of its own");
    expect(adopted).toMatch(/It takes a slot of the pool: \d+ of \d+ are used/);
  });

  it("is no figure while the text is no command, or the position is gone", () => {
    expect(words("close_position", { share: "" })).toBe("Give one above 0 and up to 100, or all.");
    const gone = state(accountData({ overview: value({ ...overview(NOW_MS), groups: [] }) }));
    expect(words("close_position", { share: "all" }, gone)).toContain("not open any more");
  });
});

describe("a command that would be refused", () => {
  const under = (part: Parameters<typeof control>[1]) =>
    state(accountData({ control: value(control(NOW_MS, part)) }));
  const halted = under({ tradingState: latchWith({ state: "HALTED" }) });

  it("is withheld with its reason: closing and new ladders under a halt, all for a group that holds nothing", () => {
    expect(positionNeedless("close_position", group, halted)).toContain("HALTED");
    expect(positionNeedless("set_take_profits", group, halted)).toContain("HALTED");
    expect(positionNeedless("cancel_exit", group, halted)).toBeNull();
    expect(positionNeedless("move_stop", group, halted)).toBeNull();
    expect(positionNeedless("move_stop", { ...group, qtyBase: "0" }, state())).toBe("It holds nothing yet");
  });

  it("is not withheld otherwise", () => {
    for (const kind of POSITION_COMMANDS) expect(positionNeedless(kind, group, state())).toBeNull();
  });
});
