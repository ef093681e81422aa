// The operator's words on tuning: what stands or is proposed, the entries behind it, and what shadow would have cost.
import { expect, it } from "vitest";
import type { ChoiceEvidence, StandingChoice, Tuning } from "#domain/documents/tuning.ts";
import { newEvidence } from "#domain/telemetry/choice-evidence.ts";
import { newRouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { tuningHistoryLines, tuningLines } from "#tools/target/tuning-lines.ts";

const evidence: ChoiceEvidence = {
  present: { entries: 60, costBps: "5.2", halfWidthBps: "0.4" },
  other: { entries: 60, costBps: "3.1", halfWidthBps: "0.6" },
  source: "measured",
  filledBps: 9_900,
  restedBps: 6_800,
};
const standing = (of: Partial<StandingChoice>): StandingChoice => ({
  choice: { firstStep: "maker", offsetTicks: 1 },
  evidence,
  sinceMs: NOW_MS,
  ...of,
});
const TAKING = { firstStep: "market", offsetTicks: 0 } as const;
const tuning: Tuning = {
  accountId: "main",
  symbols: [
    { symbol: "ETHUSDT", inForce: standing({}), proposed: null, movedAtMs: NOW_MS },
    {
      symbol: "SOLUSDT",
      inForce: null,
      proposed: standing({ choice: TAKING, evidence: { ...evidence, source: "replayed" } }),
      movedAtMs: NOW_MS,
    },
  ],
  history: [
    {
      symbol: "ETHUSDT",
      atMs: NOW_MS,
      kind: "applied",
      from: { firstStep: "maker", offsetTicks: 0 },
      to: { firstStep: "maker", offsetTicks: 1 },
      evidence: { ...evidence, source: "reckoned" },
    },
    { symbol: "SOLUSDT", atMs: NOW_MS + 1, kind: "proposed", from: TAKING, to: TAKING, evidence },
  ],
  updatedAtMs: NOW_MS,
};
const shadow = { ...TAKING, sinceMs: NOW_MS, entries: 20, actual: "104", wouldBe: "62" };
const telemetry = {
  ...newRouterTelemetry("main", 1, NOW_MS),
  evidence: [{ ...newEvidence("SOLUSDT"), shadow }],
};
const COST = "60 entries cost 5.2 bps ± 0.4, 99 % filled, 68 % by resting, against 3.1 ± 0.6";

it("shows what is in force and what is proposed, with the entries behind it and the shadow's cost", () => {
  expect(tuningLines(tuning, telemetry, { mode: "on", maxOffsetTicks: 3 })).toEqual([
    "Autotune is on",
    `ETHUSDT: rest 1 tick inside, in force since 2026-01-02T03:04:05.678Z: ${COST} of 60 entries`,
    `SOLUSDT: take at once, proposed since 2026-01-02T03:04:05.678Z: ${COST} of 60 entries replayed`,
    "SOLUSDT: in shadow 20 entries cost 5.20 bps, and would have cost 3.10",
  ]);
});

it("says that nothing is in force in shadow, and that no entry of it has been counted", () => {
  const lines = tuningLines(tuning, null, { mode: "shadow", maxOffsetTicks: 3 });
  expect(lines[0]).toBe("Autotune is shadow");
  expect(lines[1]).toContain("not in force since");
  expect(lines[3]).toBe("SOLUSDT: in shadow no entry yet");
});

it("says so where nothing has proved cheaper, and where the config is not known", () => {
  const none = "No other way to begin entries has proved cheaper";
  expect(tuningLines(null, null, null)).toEqual(["Autotune is not known", none]);
});

it("shows what has moved, the newest first", () => {
  expect(tuningHistoryLines(tuning)).toEqual([
    `2026-01-02T03:04:05.679Z SOLUSDT proposed: take at once, from take at once: ${COST} of 60 entries`,
    `2026-01-02T03:04:05.678Z ETHUSDT applied: rest 1 tick inside, from rest at the touch: ${COST} reckoned from these`,
  ]);
});
