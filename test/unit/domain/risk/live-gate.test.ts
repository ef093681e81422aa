// Live orders need all three: account mode live, environment prod, and the database's own label prod. Every other
// combination is enumerated, so that none can open by accident.
import { describe, expect, it } from "vitest";
import type { Environment } from "#domain/documents/account.ts";
import {
  LiveTradingRefusedError,
  NoPaperOriginError,
  UnprovedVenueError,
  venueOrigin,
} from "#domain/risk/live-gate.ts";
import { profile } from "#test/support/world.ts";

const ENVIRONMENTS: readonly Environment[] = ["local", "test", "staging", "prod"];
const PAIRS = ENVIRONMENTS.flatMap((environment) => ENVIRONMENTS.map((label) => ({ environment, label })));
const PAPER = "http://127.0.0.1:1";
const ORIGINS = { "binance-usdm": PAPER, "bybit-linear": null } as const;

describe("an account in paper mode", () => {
  it.each(PAIRS)(
    "goes to the paper venue in $environment over a database labelled $label",
    ({ environment, label }) => {
      expect(venueOrigin({ ...profile, mode: "paper" }, environment, label, ORIGINS)).toBe(PAPER);
    },
  );
});

describe("an account in paper mode of a venue that has no paper origin", () => {
  it.each(PAIRS)("goes nowhere, in $environment over $label, and the error says what to do", (at) => {
    const ask = () =>
      venueOrigin({ ...profile, mode: "paper", venue: "bybit-linear" }, at.environment, at.label, ORIGINS);
    expect(ask).toThrow(NoPaperOriginError);
    expect(ask).toThrow(/"main" trades on paper at bybit-linear, .* set it in the functions' settings/);
    expect(ask).toThrow(expect.objectContaining({ name: "NoPaperOriginError" }));
  });
});

describe("an account in live mode", () => {
  const live = { ...profile, mode: "live" } as const;

  it("goes to the venue itself only where environment and label are prod", () => {
    expect(venueOrigin(live, "prod", "prod", ORIGINS)).toBeNull();
  });

  it("goes nowhere at a venue that the adapter has never met, and the error says what to do", () => {
    const ask = () => venueOrigin({ ...live, venue: "bybit-linear" }, "prod", "prod", ORIGINS);
    expect(ask).toThrow(UnprovedVenueError);
    expect(ask).toThrow(/"main" is live at bybit-linear, .* set the account's mode to "paper"/);
    expect(ask).toThrow(expect.objectContaining({ name: "UnprovedVenueError" }));
  });

  it.each(PAIRS.filter(({ environment, label }) => environment !== "prod" || label !== "prod"))(
    "goes nowhere in $environment over a database labelled $label, and the error says what to do",
    ({ environment, label }) => {
      const ask = () => venueOrigin(live, environment, label, ORIGINS);
      expect(ask).toThrow(LiveTradingRefusedError);
      expect(ask).toThrow(
        `Account "main" is live, but the configured environment is "${environment}" and the database is labelled ` +
          `"${label}". Live orders need "prod" in both; set the account's mode to "paper" to trade here.`,
      );
      expect(ask).toThrow(expect.objectContaining({ name: "LiveTradingRefusedError" }));
    },
  );
});
