// docs/alerts.md is the schema of an alert, printed; and every message in it means what it is listed for.
import { describe, expect, it } from "vitest";
import { openBody, readSignal } from "#domain/signal/read-signal.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";
import { EXAMPLES, firstMessage, messageOf } from "#tools/alerts/examples.ts";
import { alertFields, alertsPage, formOf } from "#tools/alerts/page.ts";
import { readText } from "#tools/house/source.ts";

/** As TradingView fills them in, of a strategy that was short and has gone long. */
const FILLED: Readonly<Record<string, string>> = {
  "{{ticker}}": "BTCUSDT",
  "{{timenow}}": "2026-01-31T09:56:00Z",
  "{{plot_0}}": "350.5",
  "{{strategy.order.action}}": "buy",
  "{{strategy.market_position}}": "long",
  "{{strategy.market_position_size}}": "2",
  "{{strategy.prev_market_position}}": "short",
  "{{strategy.prev_market_position_size}}": "1",
};

function read(message: string) {
  const opened = openBody(Buffer.from(message), []);
  if (!("body" in opened)) throw new Error("The message has no readable body");
  return readSignal(opened.body, readTradingViewAlert, null);
}

describe("docs/alerts.md", () => {
  it("says what the schema says; print it anew with node tools/alerts-page.ts > docs/alerts.md", () => {
    expect(readText("docs/alerts.md")).toBe(alertsPage());
  });

  it("has the form of every field from the schema itself", () => {
    for (const field of alertFields()) expect(formOf(field), field).toMatch(/^(a|an|one of|text)\b/);
  });

  it.each(EXAMPLES)("$purpose: the message means that", (example) => {
    const message = messageOf(example).replace(/\{\{[^}]*\}\}/g, (name) => FILLED[name] ?? name);
    const reading = read(message);
    expect(reading).toMatchObject({ kind: "meant" });
    if (reading.kind !== "meant") return;
    const { action, side, reduceBps } = reading.meaning;
    expect({ action, side, reduceBps }).toEqual(example.means);
  });

  it("begins with the message that a new hook is shown with, its token in it", () => {
    expect(JSON.parse(firstMessage("t-1"))).toEqual({ token: "t-1", ...EXAMPLES[0]?.message });
  });

  it("has a message for open, close, reduce, reverse and target", () => {
    const purposes = EXAMPLES.map(({ purpose }) => purpose);
    expect(purposes).toEqual(expect.arrayContaining(["Open", "Close", "Reduce", "Reverse", "Target"]));
  });
});
