// A refusal is as visible as a trade: every denial is a sentence with its limit against its actual, and one that this
// page does not know is still spoken.
import { beforeAll, describe, expect, it, vi } from "vitest";
import { DENIAL_CODES, type Denial, type DenialCode } from "#domain/documents/denial.ts";
import { denialSentence, loadDenialSentences } from "#hosting/model/denial-words.ts";
import { refusalSentence } from "#hosting/model/refusal-words.ts";
import { denialSchema } from "#schemas/denial.ts";

beforeAll(loadDenialSentences);

const denial = (
  code: DenialCode,
  limit: string | null,
  actual: string | null,
  unit: Denial["unit"],
  subject: string | null = null,
) => ({ code, limit, actual, unit, subject });

describe("denials in words", () => {
  it("has a sentence for every code that the schema accepts, with and without numbers", () => {
    for (const code of DENIAL_CODES) {
      const bare = denialSchema.parse(denial(code, null, null, null));
      const full = denialSchema.parse(denial(code, "10", "11", "orders", "BTCUSDT"));
      for (const sentence of [denialSentence(bare), denialSentence(full)]) {
        expect(sentence).not.toMatch(/[{}]|undefined|null|[A-Z]+_[A-Z]+/);
        expect(sentence.length).toBeGreaterThan(10);
      }
    }
  });

  it.each([
    [denial("NAV_STALE", "180000", "1260000", "ms"), "NAV was 21 min old; the limit is 3 min"],
    [
      denial("SYMBOL_EXPOSURE_EXCEEDED", "5000", "6240.4", "usd", "SOLUSDT"),
      "SOLUSDT exposure would be 6,240.40 USD; the limit is 5,000.00 USD",
    ],
    [
      denial("RATE_LIMIT_EXCEEDED", "10", "11", "orders"),
      "11 orders in the last minute; the limit is 10 orders",
    ],
    [denial("POOL_FULL", "1", "1", "groups"), "All slots are taken: 1 group open, 1 group allowed"],
    [
      denial("QUANTITY_BELOW_MINIMUM", "0.001", "0.0004", "base", "BTCUSDT"),
      "Quantity 0.0004 is below the venue’s minimum of 0.001",
    ],
    [denial("DRAWDOWN_EXCEEDED", "1000", "1234", "bps"), "Drawdown is 12.34%; new positions stop at 10.00%"],
    [denial("LEVERAGE_EXCEEDED", "2", "2.5", "ratio"), "Leverage would be 2.5×; the limit is 2×"],
    [
      denial("PROTECTION_COOLDOWN_PERIOD", null, "120000", "ms", "BTCUSDT"),
      "BTCUSDT was just closed: its cooldown lasts another 2 min",
    ],
    [denial("MARK_MISSING", null, null, null, "ETHUSDT"), "No bid and ask known for ETHUSDT"],
    [denial("NAV_STALE", "180000", null, "ms"), "NAV was too old or a source had failed"],
    [
      denial("NAV_STALE", "180000", "61000", "ms"),
      "A source of the NAV had failed; its values were 1 min old",
    ],
    [
      denial("OPPOSITE_POSITION_OPEN", "long", "short", "side", "BTCUSDT"),
      "BTCUSDT is open long; close it before going short",
    ],
    [
      denial("ORDER_IN_FLIGHT", null, "0.012", "base", "BTCUSDT"),
      "Another BTCUSDT order, for 0.012, is still working",
    ],
  ])("says %o", (given, sentence) => {
    expect(denialSentence(given)).toBe(sentence);
  });

  it("shows a code it does not know with its numbers, and a number that is none as it is", () => {
    expect(
      denialSentence({ code: "NEW_CHECK", limit: "3", actual: "4", unit: "orders", subject: "BTCUSDT" }),
    ).toBe("Refused by check NEW_CHECK on BTCUSDT: found 4 orders, limit 3 orders");
    expect(denialSentence(denial("GROSS_EXPOSURE_EXCEEDED", "many", "more", "usd"))).toBe(
      "Gross exposure would be more; the limit is many",
    );
  });
});

describe("refusals at the door in words", () => {
  it("tells the sender what to change, and hides no code it does not know", () => {
    expect(refusalSentence("SIGNAL_STALE")).toContain("check the sender’s clock");
    expect(refusalSentence("FIELD_INVALID", ["price: must be above zero", "side: unknown"])).toBe(
      "A field of the alert is not usable (price: must be above zero; side: unknown)",
    );
    expect(refusalSentence("SOMETHING_ELSE")).toBe("Refused: something else");
    expect(refusalSentence(null)).toBe("Refused; no reason was recorded");
  });

  it("tells a denial by its code and numbers until the sentences have come", async () => {
    vi.resetModules();
    const { denialSentence: early } = await import("#hosting/model/denial-words.ts");
    expect(early(denial("POOL_FULL", "5", "5", "groups"))).toBe(
      "Refused by check POOL_FULL: found 5 groups, limit 5 groups",
    );
  });
});
