// The machine's own clock, ids and log lines.
// Proves: adapters/system/
import { describe, expect, it } from "vitest";
import { createSystemClock } from "#adapters/system/clock.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { createLogger, type LogEntry } from "#adapters/system/logger.ts";

describe("the system's clock", () => {
  it("moves on by at least what it was asked to sleep", async () => {
    const clock = createSystemClock();
    const startMs = clock.nowMs();
    await clock.sleep(5);
    // Timers round to the millisecond.
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(4);
  });
});

describe("the system's ids", () => {
  it("are new each time, of the port's characters", () => {
    const identity = createSystemIdentity();
    const ids = Array.from({ length: 100 }, () => identity.newId());
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{16,36}$/);
    expect(identity.random()).toBeLessThan(1);
  });
});

describe("log lines", () => {
  const lines = (use: (logger: ReturnType<typeof createLogger>) => void): readonly LogEntry[] => {
    const entries: LogEntry[] = [];
    use(createLogger((entry) => void entries.push(entry)));
    return entries;
  };

  it("carry severity, message and fields, which cannot replace them", () => {
    const [entry] = lines((logger) =>
      logger.warn("stale", { accountId: "main", severity: "DEBUG", message: "no" }),
    );
    expect(entry).toEqual({ severity: "WARNING", message: "stale", accountId: "main" });
  });

  it("tell an error with its cause", () => {
    const error = new Error("outer", { cause: Object.assign(new Error("inner"), { code: "-2019" }) });
    const [entry] = lines((logger) => logger.error("failed", { error }));
    expect(entry).toMatchObject({
      error: { name: "Error", message: "outer", cause: { message: "inner", code: "-2019" } },
    });
  });

  it("leave out what is named like a secret, at any depth, and survive cycles", () => {
    const keys: Record<string, unknown> = { apiKey: "k", nested: [{ hookSecret: "s", name: "n" }] };
    keys.self = keys;
    const [entry] = lines((logger) => logger.info("keys", { keys, Authorization: "Bearer x" }));
    expect(JSON.stringify(entry)).not.toMatch(/"k"|"s"|Bearer/);
    expect(entry).toMatchObject({ keys: { nested: [{ name: "n" }] }, Authorization: "[redacted]" });
  });
});
