// What people are not shown or not told is said with since when and what to do, for as long as it lasts and no longer.
import { describe, expect, it } from "vitest";
import type { MessageRow } from "#hosting/model/rows.ts";
import { verdictOf } from "#hosting/model/safety.ts";
import type { AccountData } from "#hosting/model/state.ts";
import { unshown, untold } from "#hosting/model/untold.ts";
import type { Watched } from "#hosting/model/watched.ts";
import { config, control } from "#test/e2e/dashboard/control-documents.ts";
import { latchWith } from "#test/support/factories.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

const SINCE_MS = NOW_MS - 120_000;

function value<T>(of: T): Watched<T> {
  return { kind: "value", value: of, fromCache: false };
}

function message(part: Partial<MessageRow> = {}): MessageRow {
  return {
    outboxId: "m-1",
    title: "NAV_STALE",
    text: "NAV stood still\nCheck the venue",
    createdAtMs: NOW_MS - 60_000,
    status: "PENDING",
    attempts: 0,
    lastError: null,
    ...part,
  };
}

const messages = (...rows: MessageRow[]) => value({ rows, unreadable: 0 });
const words = (part: Partial<AccountData>) => untold(state(accountData(part))).map(({ word }) => word);

describe("documents for people that cannot be stored", () => {
  const failing = (part = {}, limitMs = 300_000) =>
    accountData({
      control: value(control(NOW_MS, { telemetryFailingSinceMs: SINCE_MS, ...part })),
      config: value(config(NOW_MS, { maxTelemetrySilenceMs: limitMs })),
    });

  it.each([
    ["say when trading halts for it", failing(), "Trading halts in 3 min, after 5 min of it."],
    ["say that it halts next, past the limit", failing({}, 60_000), "Trading halts with the next run."],
  ])("%s", (_, data, remedy) => {
    const shown = unshown(state(data));
    expect(shown?.remedy).toContain(remedy);
    expect(shown?.sinceMs).toBe(SINCE_MS);
  });

  it("announce no halt to an account that is halted, nor where the limit is unknown", () => {
    const halted = { tradingState: latchWith({ state: "HALTED" }) };
    for (const data of [failing(halted), { ...failing(), config: { kind: "missing" } as const }])
      expect(unshown(state(data))?.remedy).not.toContain("halts");
  });

  it("stand in the verdict as danger, with since when", () => {
    expect(verdictOf(state(failing()))).toMatchObject({
      level: "danger",
      faults: [{ text: expect.stringContaining("may be old"), sinceMs: SINCE_MS }],
    });
  });

  it("are no matter while they are stored", () => {
    expect(unshown(state())).toBeNull();
  });
});

describe("messages for people", () => {
  it.each([
    ["none waits and none was given up", {}, []],
    ["one is on its way", { unsent: messages(message()) }, []],
    ["nobody sends them", { unsent: messages(message({ createdAtMs: NOW_MS - 660_000 })) }, ["not sent"]],
    [
      "the receiver failed once",
      { unsent: messages(message(), message({ outboxId: "m-2", attempts: 1, lastError: "HTTP 503" })) },
      ["not sent"],
    ],
    [
      "some were given up",
      { givenUp: messages(message({ status: "FAILED" }), message({ outboxId: "m-2", status: "FAILED" })) },
      ["not told", "not told"],
    ],
    ["their list may not be read", { givenUp: { kind: "refused", code: "internal" } as const }, ["unknown"]],
    ["one of them is unreadable", { unsent: value({ rows: [], unreadable: 1 }) }, ["unknown"]],
    ["their list is loading", { givenUp: { kind: "loading" } as const }, []],
  ])("when %s: %j", (_, part, expected) => {
    expect(words(part)).toEqual(expected);
  });

  it("that were given up are told in their own words, with the reason", () => {
    const failed = message({ status: "FAILED", lastError: "HTTP 410" });
    expect(untold(state(accountData({ givenUp: messages(failed) })))).toMatchObject([
      {
        text: "This message reached no person: NAV_STALE: NAV stood still",
        remedy: expect.stringContaining("HTTP 410"),
        sinceMs: failed.createdAtMs,
      },
    ]);
  });
});
