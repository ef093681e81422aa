// The watchdog's part of release 0.3.0: each step adds the fields that it names to an older shape, keeps one that is there
// already, and loses nothing.
import { describe, expect, it } from "vitest";
import { STEPS_OF_0_3 } from "#domain/documents/steps-of-0-3.ts";

const step = (kind: keyof typeof STEPS_OF_0_3) => (shape: Record<string, unknown>) => {
  const lead = STEPS_OF_0_3[kind];
  if (lead === undefined) throw new Error(`0.3.0 has no step for ${kind}`);
  return lead(shape);
};

describe("a config of an older release", () => {
  it("gets the limit of blindness, wherever it stands", () => {
    const older = { version: 4, watchdog: { intervalMs: 15_000 } };
    const newer = { version: 4, watchdog: { maxBlindMs: 180_000, intervalMs: 15_000 } };
    expect(step("config")(older)).toMatchObject(newer);
    const command = { kind: "x", request: { kind: "set_config", config: older } };
    expect(step("command")(command)).toMatchObject({ ...command, request: { config: newer } });
  });

  it("keeps a limit that is there", () => {
    const shape = { watchdog: { maxBlindMs: 60_000 } };
    expect(step("config")(shape)).toMatchObject(shape);
  });
});

describe("a watchdog's record of an older release", () => {
  it("remembers no account, no blindness and no condition, and loses nothing", () => {
    const older = { accountId: "main", findings: [], healthyLooks: 3 };
    expect(step("watchdogRecord")(older)).toEqual({
      ...older,
      blindSinceMs: null,
      account: null,
      episodes: {},
    });
    const seen = { ...older, blindSinceMs: 5, account: { walletUsd: "1" }, episodes: { a: {} } };
    expect(step("watchdogRecord")(seen)).toEqual(seen);
  });
});
