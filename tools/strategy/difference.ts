// Whether two answers of a strategy are the same: the same actions in the same order, amounts within a tolerance. Reasons are
// for people, and may name a figure whose last digit differs; they count only where nothing may differ.
import type { Evaluation } from "#strategies/runtime/evaluate.ts";

/** Null: the same. Else `said X, and Y`, for a sentence. `tolerance` is the part by which an amount may differ. */
export function differenceOf(
  one: Evaluation | undefined,
  other: Evaluation,
  tolerance: number,
): string | null {
  const [a, b] = [answerOf(one), answerOf(other)];
  return isSame(a, b, tolerance) ? null : `it says ${shown(a)}, and ${shown(b)}`;
}

function answerOf(evaluation: Evaluation | undefined): readonly unknown[] {
  if (evaluation === undefined) return [];
  return [
    ...evaluation.actions.map(({ symbol, action }) => ({ symbol, ...action })),
    ...evaluation.silences.map(({ symbol, code, message }) => ({ symbol, silent: code, message })),
  ];
}

function isSame(a: unknown, b: unknown, tolerance: number): boolean {
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    if (tolerance > 0) for (const name of ["reason", "tier", "volatilityBps"]) names.delete(name);
    return [...names].every((name) => isSame(a[name], b[name], tolerance));
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  if (tolerance === 0 || x === null || y === null) return a === b;
  // Figures in whole basis points jump by one where the amount behind them barely moved.
  const rounding = Number.isInteger(a) && Number.isInteger(b) ? 1 : 0;
  return Math.abs(x - y) <= Math.max(tolerance * Math.max(Math.abs(x), Math.abs(y)), rounding);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

function shown(answer: readonly unknown[]): string {
  return answer.length === 0 ? "nothing" : answer.map((each) => JSON.stringify(each)).join(" ");
}
