// Where the account stands between its peak and the thresholds, as a ladder: each rung with its NAV, its
// distance from here, and its effect. Only known values are drawn.
import type { DrawdownGrade } from "#domain/documents/control.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Drawdown } from "#domain/risk/engine.ts";
import { formatBps, formatUsd, multiply, subtract } from "./amount.ts";

export interface Rung {
  readonly key: "PEAK" | "NOW" | DrawdownGrade;
  readonly name: string;
  readonly effect: string;
  readonly bps: number;
  readonly navUsd: string;
  /** NAV that may still be lost until this rung; negative once it is passed; null where it says nothing. */
  readonly roomUsd: string | null;
  readonly passed: boolean;
}

const EFFECTS: Readonly<Record<DrawdownGrade, readonly [string, string]>> = {
  NONE: ["None", "nothing"],
  WARN: ["Warn", "an alert, nothing else"],
  REDUCE: ["Reduce", "entries stop, exits go on"],
  HALT: ["Halt", "nothing trades until resumed"],
  FLATTEN: ["Flatten", "everything is closed, then halted"],
};

/** A share of the peak that `bps` below it leaves. */
export function navAt(peakUsd: string, bps: number): string {
  return multiply(peakUsd, formatFraction(10_000 - bps));
}

/** Basis points as an exact decimal fraction: 9700 is `0.9700`. */
function formatFraction(bps: number): string {
  const digits = String(Math.abs(bps)).padStart(5, "0");
  return `${bps < 0 ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** From the peak down; where the account is now stands among the thresholds. Null without peak and NAV. */
export function drawdownRungs(drawdown: Drawdown, peak: Peak, nav: Nav | null): readonly Rung[] | null {
  const navUsd = nav?.navUsd ?? null;
  if (navUsd === null) return null;
  const { peakUsd, drawdownBps } = peak;
  const thresholds = drawdown.thresholds.map(({ grade, thresholdBps }): Rung => {
    const at = navAt(peakUsd, thresholdBps);
    const [name, effect] = EFFECTS[grade];
    const passed = drawdownBps >= thresholdBps;
    return { key: grade, name, effect, bps: thresholdBps, navUsd: at, roomUsd: subtract(navUsd, at), passed };
  });
  const top: Rung = {
    key: "PEAK",
    name: "Peak",
    effect: "highest NAV of this baseline",
    bps: 0,
    navUsd: peakUsd,
    roomUsd: null,
    passed: true,
  };
  const now: Rung = {
    key: "NOW",
    name: "Now",
    effect: "",
    bps: drawdownBps,
    navUsd,
    roomUsd: null,
    passed: true,
  };
  return [
    top,
    ...thresholds.filter(({ passed }) => passed),
    now,
    ...thresholds.filter(({ passed }) => !passed),
  ];
}

/** The picture in words: how deep, what comes next, what is latched. */
export function drawdownSentences(
  drawdown: Drawdown,
  rungs: readonly Rung[],
  hysteresisBps: number,
): string[] {
  const { drawdownBps, latchedGrade, reachedGrade, thresholds } = drawdown;
  if (drawdownBps === null) return [];
  const next = rungs.find((rung) => !rung.passed);
  const depth = drawdownBps === 0 ? "At the peak" : `${formatBps(drawdownBps)} % below the peak`;
  const sentences = [
    thresholds.length === 0
      ? `${depth}; no grade is configured, so a drawdown stops nothing.`
      : next === undefined
        ? `${depth}: past every grade.`
        : `${depth}; ${formatUsd(next.roomUsd ?? "0")} USD more to lose until ${next.name.toLowerCase()}.`,
  ];
  if (latchedGrade !== "NONE" && latchedGrade !== reachedGrade) {
    const from = thresholds.find(({ grade }) => grade === latchedGrade)?.thresholdBps;
    const left = from === undefined ? "" : `: it is left below ${formatBps(from - hysteresisBps)} %`;
    sentences.push(`Grade ${latchedGrade} is latched${left}.`);
  } else if (latchedGrade !== reachedGrade) {
    sentences.push(`Grade ${reachedGrade} is reached; the NAV run latches it within a minute.`);
  }
  return sentences;
}
