// Which of two signals of one strategy counts, by when they were made; and for how long an exit is remembered.
import { describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { exitOfAnotherGroup, notSuperseded, withEntered, withSignal } from "#domain/risk/supersession.ts";
import { group, intent, NOW_MS, riskContext } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const HOUR_MS = 3_600_000;
const config = configWith();
const at = (offsetMs: number, receivedAfterMs = 100): Partial<Intent> => ({
  signalledAtMs: NOW_MS + offsetMs,
  receivedAtMs: NOW_MS + offsetMs + receivedAfterMs,
});

function having(...intents: readonly Partial<Intent>[]): ControlState {
  return intents.reduce<ControlState>(
    (control, each) => ({
      ...control,
      newestSignals: withSignal(control, intent({ action: "close", side: null, ...each }), config, NOW_MS),
    }),
    controlWith(),
  );
}

const codeOf = (control: ControlState, asked: Partial<Intent>) =>
  [notSuperseded(riskContext({ control, intent: intent(asked) })) ?? []].flat().map(({ code }) => code);

describe("an entry", () => {
  it.each<[string, Partial<Intent>, Partial<Intent>, readonly string[]]>([
    ["signalled before the exit", at(0), at(-1), ["SUPERSEDED"]],
    ["signalled after it", at(0), at(1), []],
    ["of the same second, received before it", at(0, 200), at(0, 100), ["SUPERSEDED"]],
    ["of the same second, received after it", at(0, 100), at(0, 200), []],
    ["of the very same moment", at(0), at(0), ["SUPERSEDED"]],
    ["signalled before a reduction", { ...at(0), action: "reduce", reduceBps: 100 }, at(-1), ["SUPERSEDED"]],
    [
      "signalled before an entry of the other side",
      { ...at(0), action: "open", side: "short" },
      at(-1),
      ["SUPERSEDED"],
    ],
    ["signalled before an entry of its own side", { ...at(0), action: "open", side: "long" }, at(-1), []],
    ["of the side that the exit does not leave", { ...at(0), side: "short" }, at(-1), []],
    ["of another strategy", { ...at(0), strategyId: "patient" }, at(-1), []],
    ["in another symbol", { ...at(0), symbol: "ETHUSDT" }, at(-1), []],
  ])("%s", (_case, exit, entry, codes) => {
    expect(codeOf(having(exit), entry)).toEqual(codes);
  });

  it("is held against the newest exit, in whatever order exits arrived", () => {
    const control = having(at(0), at(-5_000));
    expect(codeOf(control, at(-1))).toEqual(["SUPERSEDED"]);
    const reason = notSuperseded(riskContext({ control, intent: intent(at(-3_000)) }));
    expect(reason).toMatchObject({ actual: "3000", unit: "ms", subject: "BTCUSDT" });
  });
});

describe("the memory", () => {
  it("lasts as long as an older entry could be valid, and no longer", () => {
    const control = having(at(0));
    const kept = (nowMs: number, maxIntentAgeMs: number) =>
      Object.keys(withSignal(control, intent({ symbol: "NOPE" }), configWith({ maxIntentAgeMs }), nowMs));
    expect(kept(NOW_MS + HOUR_MS, 60_000)).toHaveLength(2);
    expect(kept(NOW_MS + HOUR_MS + 1, 60_000)).toEqual([]);
    expect(kept(NOW_MS + HOUR_MS + 1, 2 * HOUR_MS)).toHaveLength(2);
  });

  it("keeps nothing of a symbol or a strategy that is not configured", () => {
    expect(having({ symbol: "NOPEUSDT" }, { strategyId: "stranger" }).newestSignals).toEqual({});
  });

  it("of the entry that opened a group lasts as long as its slot", () => {
    const slot = {
      symbol: "BTCUSDT",
      side: "long",
      strategyId: "trend",
      qtyBase: "1",
      sinceMs: NOW_MS,
    } as const;
    const newestSignals = withEntered({}, intent(), "long");
    const held = controlWith({ newestSignals, slots: { "group-1": slot } });
    const later = (control: ControlState) =>
      withSignal(control, intent({ symbol: "NOPE" }), config, NOW_MS + 9 * HOUR_MS);
    expect(later(held)).toEqual(newestSignals);
    expect(later({ ...held, slots: {} })).toEqual({});
  });
});

describe("an exit", () => {
  const opened = { ...controlWith(), newestSignals: withEntered({}, intent(at(0)), "long") };
  it.each<[string, ControlState, Partial<Intent>, boolean]>([
    ["made before the opening entry meant another group", opened, at(-1), true],
    ["made after it means this one", opened, at(1), false],
    ["of the very same moment means this one", opened, at(0), false],
    [
      "without a known entry is held against the oldest that it can have been",
      controlWith(),
      at(-120_000),
      false,
    ],
    ["from before that meant another group", controlWith(), at(-120_001), true],
  ])("%s", (_case, control, exit, isAnothers) => {
    const found = exitOfAnotherGroup(control, group({ openedAtMs: NOW_MS }), intent(exit), config);
    expect(found?.code ?? null).toBe(isAnothers ? "SUPERSEDED" : null);
  });
});
