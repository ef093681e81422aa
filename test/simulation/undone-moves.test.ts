// The simulator waits for the income of a wallet that moved and came back, and for no other.
import { describe, expect, it } from "vitest";
import { hidesUndoneMoves } from "./undone-moves.ts";

const MINUTE_MS = 60_000;
const moves = (...amounts: readonly bigint[]) =>
  amounts.map((amountE8, index) => ({ accountId: "a1", asset: "USDT", amountE8, timeMs: index }));

describe("a wallet hides moves", () => {
  it.each([
    ["a loss and a deposit of the same amount", moves(100n, -40n, 40n), true],
    ["everything lost in parts, and put back", moves(100n, -60n, -50n, 10n, 100n), true],
    ["a loss that is not made good", moves(100n, -40n, 39n), false],
    ["what was undone before another move", moves(100n, -40n, 40n, -1n), false],
    ["nothing but what it was given", moves(100n), false],
  ])("after %s: %s", (_, incomes, hides) => {
    expect(hidesUndoneMoves(incomes, MINUTE_MS)).toBe(hides);
  });

  it("of each coin and account for itself, and only for as long as they may stay unseen", () => {
    const [given, lost] = moves(100n, -40n);
    const back = { accountId: "a2", asset: "USDT", amountE8: 40n, timeMs: 2 };
    const both = [given, lost, back].flatMap((each) => (each === undefined ? [] : [each]));
    expect(hidesUndoneMoves(both, MINUTE_MS)).toBe(false);
    expect(hidesUndoneMoves(moves(100n, -40n, 40n), 7 * MINUTE_MS)).toBe(false);
  });
});
