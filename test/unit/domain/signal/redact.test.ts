// Guards what is kept of senders' texts: no value under a secret name stays, however it is nested, escaped or broken,
// and cleaning takes linear time, because strangers send these texts.
import { describe, expect, it } from "vitest";
import { redactText } from "#domain/signal/redact.ts";

const SECRET = "s3cr3t-v4lue";

describe("a text without its secrets", () => {
  it.each([
    ["a JSON value", `{"a":1,"password":"${SECRET}"}`, '{"a":1,"password":"[redacted]"}'],
    ["an object", `{"broker.secret":{"x":["${SECRET}"]},"b":2}`, '{"broker.secret":"[redacted]","b":2}'],
    ["a list", `{"pin": [{"a":1},{"b":"${SECRET}"}],"c":3}`, '{"pin": "[redacted]","c":3}'],
    ["an escaped name", `{"p\\u0061ssword":"${SECRET}","d":4}`, '{"p\\u0061ssword":"[redacted]","d":4}'],
    ["a quote in the value", `{"key":"a\\"${SECRET}","e":5}`, '{"key":"[redacted]","e":5}'],
    ["a bare number", '{"otp":123456,"f":6}', '{"otp":"[redacted]","f":6}'],
    ["JSON cut off in a value", `{"g":7,"credential":["x","${SECRET}`, '{"g":7,"credential":"[redacted]"'],
    ["JSON with a quote too many", `"h", "licenseId":"${SECRET}"`, '"h", "licenseId":[redacted]'],
    ["pairs", `i=8 key=${SECRET} auth="a ${SECRET}" j=9`, "i=8 key=[redacted] auth=[redacted] j=9"],
    [
      "a function's address",
      `https://x/webhook/hook-0001/${SECRET}`,
      "https://x/webhook/hook-0001/[redacted]",
    ],
    ["both ways", `"/webhook/hooks/hook-0001/${SECRET}"`, '"/webhook/hooks/hook-0001/[redacted]"'],
    ["an address in another", `u=%2Fhooks%2Fhook-0001%2F${SECRET}`, "u=%2Fhooks%2Fhook-0001%2F[redacted]"],
    ["a query", `/hooks/hook-0001?x=1&token=${SECRET}`, "/hooks/hook-0001?x=1&token=[redacted]"],
    ["an address", `see /hooks/hook-0001/${SECRET}?a=b`, "see /hooks/hook-0001/[redacted]?a=b"],
  ])("%s", (_name, text, clean) => {
    expect(redactText(text)).not.toContain(SECRET);
    expect(JSON.stringify(redactText(text)).replaceAll('\\"[redacted]\\"', "[redacted]")).toBe(
      JSON.stringify(clean).replaceAll('\\"[redacted]\\"', "[redacted]"),
    );
  });

  it("keeps what is not secret, letter by letter", () => {
    const text = '{ "symbol":"BTCUSDT", "monkey" : "a=b", "n":1.50,"note":"x: {y" } rest, of=it';
    expect(redactText(text)).toBe(text);
  });

  it("loses a value that was seen used as a secret, wherever it stands", () => {
    expect(redactText(`comment=my ${SECRET}!`, [SECRET])).toBe("comment=my [redacted]!");
  });

  it("loses a known secret also as an address has it, and keeps an address that holds none", () => {
    expect(redactText("x=a%2Fb%2Bc-secret", ["a/b+c-secret"])).toBe("x=[redacted]");
    const address = "https://x/webhook/hooks/hook-0001 and /webhook/hook-0001";
    expect(redactText(address)).toBe(address);
  });

  it.each([
    ["addresses without end", "/hooks/a".repeat(8_000)],
    ["open strings", `"${'\\"'.repeat(32_000)}`],
    ["pairs without end", "a=".repeat(32_000)],
    ["one long name", "a".repeat(65_000)],
    ["names only", '"a":'.repeat(16_000)],
    ["secret names only", "token=".repeat(10_000)],
    ["open brackets", '"key":{'.repeat(9_000)],
    ["spaces after a name", `"a"${" ".repeat(64_000)}`],
    ["half strings", '" '.repeat(32_000)],
  ])("is made in far less than a second from 64 KiB of %s", (_name, text) => {
    const startedMs = performance.now();
    redactText(text);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
