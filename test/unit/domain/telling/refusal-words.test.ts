// Each meaning of a refusal has words and a remedy, and the venue's own code and text stay readable beside them.
import { describe, expect, it } from "vitest";
import type { Rejection } from "#domain/documents/order.ts";
import { VENUE_REASONS, type VenueReason } from "#domain/documents/words.ts";
import { refusalRemedy, refusalText, remedyOf } from "#domain/telling/refusal-words.ts";

const refused = (reason: VenueReason | null, message = "Margin is insufficient."): Rejection => ({
  code: "-2019",
  message,
  reason,
});

describe("a refusal in words", () => {
  it.each(VENUE_REASONS)("says what %s means, with the venue's own code and text", (reason) => {
    const text = refusalText(refused(reason));
    expect(text).toMatch(/^[a-z].+ \(-2019: Margin is insufficient\)$/);
    expect(remedyOf(refused(reason))).toMatch(/^[A-Z].+[^.]$/);
  });

  it("has words of its own for each", () => {
    expect(new Set(VENUE_REASONS.map((reason) => remedyOf(refused(reason)))).size).toBe(VENUE_REASONS.length);
  });

  it("says a code once", () => {
    const whole = refused("noMargin", "The venue answered 400 -2019: Margin is insufficient.");
    expect(refusalText(whole)).toMatch(/\(The venue answered 400 -2019: Margin is insufficient\)$/);
  });

  it.each([undefined, null])("is the venue's own where it has no meaning here: %s", (reason) => {
    const own: Rejection = { code: "-1", message: "No.", ...(reason === undefined ? {} : { reason }) };
    expect([refusalText(own), remedyOf(own), refusalRemedy(own, "Look")]).toEqual(["No (-1)", null, "Look"]);
  });

  it("puts its own remedy before what is to be done anyway", () => {
    expect(refusalRemedy(refused("noMargin"), "Look at the position")).toBe(
      "Add margin, close something, or make entries smaller. Look at the position",
    );
    expect(refusalRemedy(null, "Look at the position")).toBe("Look at the position");
  });
});
