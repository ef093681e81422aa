// Guards the words of a fault: our own are never taken for a secret, and a sender's secret stands in none of them, wherever
// in a body it was and however the body is broken.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBody, readSignal } from "#domain/signal/read-signal.ts";
import { REDACTED } from "#domain/signal/redact.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";

const SECRET = "s3cr3t-v4lue";
const TOKEN = "t0ken-of-the-hook";

/** Everything that is said about a body, to its sender or on a receipt. */
function saidOf(text: string): { readonly faults: readonly string[]; readonly all: string } {
  const opened = openBody(new TextEncoder().encode(text), [TOKEN]);
  if ("fault" in opened) return { faults: opened.fault.faults, all: JSON.stringify(opened.fault.faults) };
  const { token: _token, ...body } = opened.body;
  const reading = readSignal(opened.body, readTradingViewAlert, 1_767_323_045_000);
  const faults = reading.kind === "meant" ? reading.passedOver : reading.fault.faults;
  return { faults, all: JSON.stringify([faults, reading, body]) };
}

describe("our own words", () => {
  it.each([
    ["close all!", "no key=value pair at character 1"],
    ["action=buy and more", "no key=value pair at character 12"],
    ['{"rsi": NaN}', "the JSON cannot be read; rsi is NaN"],
    ["", "the body is empty"],
  ])("about %j are said in full", (text, fault) => {
    expect(saidOf(text).faults).toContain(fault);
  });

  it("are in no fault of a body that holds no secret", () => {
    const names = fc.constantFrom("symbol", "action", "open", "monkey", "qty", "plot_0", "note", "timenow");
    const values = fc.constantFrom("BTCUSDT", "buy", "1 234.5", "", "{{x}}", "NaN", "a:b", "x=y");
    const pairs = fc.array(fc.tuple(names, values), { maxLength: 6 });
    const text = fc.oneof(
      pairs.map((fields) => JSON.stringify(Object.fromEntries(fields))),
      pairs.map((fields) => `{${fields.map(([name, value]) => `"${name}":"${value}"`).join(",")}}`),
      pairs.map((fields) => `{${fields.map(([name, value]) => `"${name}":${value}`).join(",")}}`),
      pairs.map((fields) => fields.map(([name, value]) => `${name}=${value}`).join(" ")),
    );
    fc.assert(
      fc.property(text, (body) => {
        expect(saidOf(body).faults.join("; ")).not.toContain(REDACTED);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a sender's secret", () => {
  const secretName = fc.constantFrom(
    "password",
    "secret",
    "apiKey",
    "passphrase",
    "key",
    "auth",
    "pin",
    "broker.secret",
  );
  const plainName = fc.constantFrom("symbol", "action", "open", "note", "id", "qty");
  const plain = fc.constantFrom("BTCUSDT", "buy", "1 234.5", "{{x}}", "NaN", "hello");
  /** A secret under its name, or the hook's token wherever a sender puts it. */
  const field = fc.oneof(
    fc.tuple(plainName, plain),
    fc.tuple(secretName, fc.constant(SECRET)),
    fc.tuple(fc.oneof(plainName, fc.constant(TOKEN)), fc.constantFrom(TOKEN, `sent with ${TOKEN}!`)),
  );
  const fields = fc.array(field, { minLength: 1, maxLength: 8 });
  const forms = fc.constantFrom<(all: readonly (readonly [string, string])[]) => string>(
    (all) => `{${all.map(([name, value]) => `"${name}":"${value}"`).join(",")}}`,
    (all) => `{"bad": NaN,${all.map(([name, value]) => `"${name}":"${value}"`).join(",")}}`,
    (all) => `{${all.map(([name, value]) => `"${name}":"${value}"`).join(",")}`,
    (all) => `{"deep":{${all.map(([name, value]) => `"${name}":"${value}"`).join(",")}}}`,
    (all) => all.map(([name, value]) => `${name}="${value}"`).join(" "),
    (all) => `${all.map(([name, value]) => `${name}="${value}"`).join(" ")} and words`,
  );

  it("stands in nothing that is said or kept of its body", () => {
    fc.assert(
      fc.property(fields, forms, (all, form) => {
        const { all: said } = saidOf(form(all));
        expect(said).not.toContain(SECRET);
        expect(said).not.toContain(TOKEN);
      }),
      { numRuns: 1_000 },
    );
  });
});
