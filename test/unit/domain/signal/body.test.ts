// Guards the reading of alert bodies: numbers stay the text that was sent, secrets go, and what cannot be read for
// sure is refused with the place of the fault.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyFingerprint, bodyText, namedFields, readBody } from "#domain/signal/body.ts";
import { SignalFault } from "#domain/signal/fault.ts";
import { faultOfFields } from "#domain/signal/unread.ts";
import { alertFixture } from "#test/support/alerts/fixtures.ts";

/** Why an entry of this body is refused. */
function faultOf(text: string): SignalFault {
  try {
    const fault = faultOfFields(namedFields(readBody(text)).unread);
    if (fault !== null) return fault;
  } catch (error) {
    if (error instanceof SignalFault) return error;
    throw error;
  }
  throw new Error(`This was read without a fault: ${text}`);
}

describe("an alert body", () => {
  it("keeps JSON numbers as their source text, whatever a binary float would make of them", () => {
    const digits = fc.stringMatching(/^(0|[1-9]\d{0,25})(\.\d{1,25})?$/);
    fc.assert(
      fc.property(digits, (number) => {
        const { known } = namedFields(readBody(`{"notionalUsd": ${number}}`));
        expect(known).toEqual({ notionalUsd: number });
      }),
    );
  });

  it("is the same whether it comes as JSON or as text", () => {
    const json = namedFields(readBody('{"action": "buy", "symbol": "BTCUSDT", "notionalUsd": 100.10}'));
    const text = namedFields(readBody("action=buy symbol=BTCUSDT\nnotionalUsd=100.10"));
    expect(text).toEqual(json);
  });

  it("reads quoted values, commas and lines in the text form", () => {
    const { known } = namedFields(readBody(alertFixture("manual-buy.alert")));
    expect(known).toEqual({
      action: "buy",
      symbol: "BINANCE:BTCUSDT.P",
      notionalUsd: "100.10",
      timenow: "2026-01-02T03:04:05Z",
      strategyOrderComment: "breakout, retest",
    });
  });

  it("that leaves a value empty does not take the next field for it", () => {
    const { known } = namedFields(readBody("comment= action=close price = symbol= BTCUSDT"));
    expect(known).toEqual({
      strategyOrderComment: "",
      action: "close",
      priceUsd: "",
      symbol: "BTCUSDT",
    });
  });

  it.each([
    "strategy.order.action",
    "strategy_order_action",
    "strategyOrderAction",
    "Strategy Order-Action",
    "order_action",
  ])("knows the field under the name %s", (name) => {
    expect(namedFields(readBody(JSON.stringify({ [name]: "buy" }))).known).toEqual({
      strategyOrderAction: "buy",
    });
  });

  it("keeps unknown fields, nested ones by their path", () => {
    const { known, unknown } = namedFields(readBody('{"my": {"rsi": 55.10}, "list": [1.50, {"a": null}]}'));
    expect(known).toEqual({});
    expect(unknown).toEqual([
      { name: "my.rsi", value: "55.10" },
      { name: "list", value: '["1.50",{"a":null}]' },
    ]);
  });

  it.each([
    ['{"token": "tok-1234567", "note": "see https://x.test/hooks/hook-0001/tok-1234567?a=1"}', "tok-1234567"],
    ['{"passphrase": "hunter22", "a": 1}', "hunter22"],
    ['{"nested": {"apiKey": "hunter22"}, "list": [{"secret": "hunter22"}]}', "hunter22"],
    ['{"secrets": {"deep": "hunter22"}}', "hunter22"],
    ['{"note": "https://x.test/a?token=hunter22&b=1 and api_key: hunter22"}', "hunter22"],
    ["token=hunter22 note=hunter22 password=hunter22", "hunter22"],
  ])("keeps no secret of %s", (text, secret) => {
    const body = readBody(text);
    expect(JSON.stringify(namedFields(body))).not.toContain(secret);
    expect(JSON.stringify(namedFields(body))).toContain("[redacted]");
  });

  it("may have one name in different objects, and braces in its texts", () => {
    const text = '{"a": {"x": "{\\"x\\": 1}"}, "b": {"x": "}"}, "c": [{"x": 1}, {"x": 2}]}';
    expect(namedFields(readBody(text)).unknown.map(({ name }) => name)).toEqual(["a.x", "b.x", "c"]);
  });

  it("hands on the token for authentication only", () => {
    const body = readBody('{"token": "tok-1234567", "action": "buy"}');
    expect(body.token).toBe("tok-1234567");
    expect(body.sent).toEqual([{ name: "action", value: "buy" }]);
  });

  it.each([
    ["nothing", "  ", "BODY_UNREADABLE", /empty/],
    ["a sentence", "please buy bitcoin", "BODY_UNREADABLE", /character 1/],
    ["a list", "[1]", "BODY_UNREADABLE", /not an object/],
    ["a bare string", '"buy"', "BODY_UNREADABLE", /not an object/],
    ["NaN without quotes", alertFixture("not-a-number.alert"), "BODY_UNREADABLE", /rsi is NaN/],
    ["an unquoted placeholder", '{"price": {{close}}}', "BODY_UNREADABLE", /price is \{\{/],
    [
      "a name twice in JSON",
      '{"action": "buy", "action": "sell"}',
      "AMBIGUOUS_SIGNAL",
      /action is there twice/,
    ],
    [
      "a name twice, far from its colon",
      `{"a": 1, "a"${" ".repeat(200)}: 2}`,
      "AMBIGUOUS_SIGNAL",
      /a is there twice/,
    ],
    [
      "a name twice, spelt by escapes",
      '{"action": "buy", "\\u0061ction": "sell"}',
      "AMBIGUOUS_SIGNAL",
      /twice/,
    ],
    ["a name twice in text", "action=buy action=sell", "AMBIGUOUS_SIGNAL", /action is there twice/],
    [
      "two spellings that differ",
      '{"orderAction": "buy", "order_action": "sell"}',
      "AMBIGUOUS_SIGNAL",
      /differ/,
    ],
    ["a size without a unit", '{"action": "buy", "qty": 1}', "SIZE_UNIT_MISSING", /qty/],
    ["endless nesting", "[".repeat(50_000), "BODY_UNREADABLE", /./],
    ["deep nesting", `${'{"a":'.repeat(20)}1${"}".repeat(20)}`, "BODY_UNREADABLE", /nested/],
    ["deep lists", `{"a":${"[".repeat(20)}${"]".repeat(20)}}`, "BODY_UNREADABLE", /nested/],
    [
      "too many fields",
      JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, 1]))),
      "TOO_MANY_FIELDS",
      /101/,
    ],
  ])("is refused: %s", (_name, text, code, message) => {
    const fault = faultOf(text);
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect(fault.remedy).not.toBe("");
  });

  it("is refused when it is not UTF-8", () => {
    expect(() => bodyText(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrow(SignalFault);
  });

  it("has one fingerprint for one alert, whatever the order of fields and the token", () => {
    const one = bodyFingerprint(readBody('{"a": 1, "b": "2", "token": "tok-1234567"}'));
    expect(bodyFingerprint(readBody('{"token": "other-token", "b": 2, "a": "1"}'))).toBe(one);
    expect(bodyFingerprint(readBody('{"a": 1, "b": "3"}'))).not.toBe(one);
    expect(bodyFingerprint(readBody('{"a": "1,b", "b": "2"}'))).not.toBe(one);
  });

  it("never fails with anything but a fault", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.stringMatching(/^[{}[\]",:=\w. ]{0,80}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          namedFields(readBody(text));
        } catch (error) {
          expect(error).toBeInstanceOf(SignalFault);
        }
      }),
      { numRuns: 500 },
    );
  });
});
