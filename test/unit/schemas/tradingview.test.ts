// Guards the alert schema: every placeholder of TradingView's list is read, unfilled ones are named, amounts are exact.
import { describe, expect, it } from "vitest";
import { namedFields, readBody } from "#domain/signal/body.ts";
import type { SignalFault } from "#domain/signal/fault.ts";
import { OWN_FIELDS, PLACEHOLDER_FIELDS } from "#domain/signal/field-names.ts";
import { isSecretName } from "#domain/signal/redact.ts";
import { faultOfFields } from "#domain/signal/unread.ts";
import { readTradingViewAlert, tradingViewAlertSchema } from "#schemas/tradingview.ts";
import { alertFixture, FIXTURE_TIME_MS } from "#test/support/alerts/fixtures.ts";

const read = (text: string) => readTradingViewAlert(namedFields(readBody(text)).known);

function faultOf(text: string): SignalFault {
  const fields = namedFields(readBody(text));
  const fault = faultOfFields([...fields.unread, ...readTradingViewAlert(fields.known).unread]);
  if (fault === null) throw new Error("This alert was read");
  return fault;
}

describe("the alert schema", () => {
  it("has exactly the fields that are named, none of which looks like a secret", () => {
    const names = [...PLACEHOLDER_FIELDS, ...OWN_FIELDS];
    expect(Object.keys(tradingViewAlertSchema.shape).sort()).toEqual([...names].sort());
    expect(PLACEHOLDER_FIELDS.length).toBeGreaterThanOrEqual(25);
    expect(names.filter(isSecretName)).toEqual([]);
  });

  it("reads every placeholder at once, amounts to the digit", () => {
    const fields = namedFields(readBody(alertFixture("every-placeholder.alert")));
    expect(fields.unknown).toEqual([{ name: "Volume MA", value: "998.1" }]);
    expect(Object.keys(fields.known).sort()).toEqual([...PLACEHOLDER_FIELDS].sort());
    expect(readTradingViewAlert(fields.known).values).toMatchObject({
      ticker: "BTCUSDT.P",
      high: "67500.10",
      volume: "1234.560",
      timenow: FIXTURE_TIME_MS,
      time: Date.parse("2026-01-02T03:00:00Z"),
      plot_0: "72.5",
      plot_1: null,
      plot_2: "0.00000001",
      plot_19: "19",
      strategyPositionSize: "-0.150",
      strategyOrderAction: "sell",
      strategyOrderAlertMessage: null,
      strategyPrevMarketPositionSize: "0",
    });
  });

  it("names every placeholder that was not filled in, with the remedy", () => {
    const fault = faultOf(alertFixture("unfilled.alert"));
    expect(fault.code).toBe("PLACEHOLDER_UNFILLED");
    expect(fault.faults).toEqual([
      'symbol was not filled in, it is "{{ticker}}"',
      'action was not filled in, it is "{{strategy.order.action}}"',
    ]);
    expect(fault.remedy).toMatch(/placeholder/);
  });

  it.each(["close", "strategyOrderContracts", "symbol", "timenow", "action"])(
    "takes no emptiness for %s",
    (name) => {
      for (const value of [null, "", "NaN", "null", "na", "{{close}}"])
        expect(faultOf(JSON.stringify({ [name]: value })).code).toBe("PLACEHOLDER_UNFILLED");
    },
  );

  it.each([
    ['{"action": "hodl"}', /action must be one of buy/],
    ['{"notionalUsd": 0}', /notionalUsd must be a number above zero/],
    ['{"qtyBase": "-1"}', /qtyBase/],
    ['{"qtyBase": "1,000"}', /qtyBase/],
    ['{"navBps": 10001}', /navBps/],
    ['{"reducePct": "0.001"}', /a percentage from 0.01 to 100/],
    ['{"reducePct": "100.5"}', /a percentage from 0.01 to 100/],
    ['{"action": "ｂｕｙ"}', /action must be one of buy/],
    ['{"notionalUsd": "１００"}', /notionalUsd must be a number above zero/],
    ['{"side": "long\u200b"}', /side must be one of/],
    ['{"symbol": "BTCUSDT", "act\u200bion": "buy"}', /looks like action/],
    ['{"timenow": "2026-01-02T03:04:05"}', /timenow must be a time/],
    ['{"plot_0": "{{plot_0}}"}', /plot_0 was not filled in/],
    ['{"action": true}', /action/],
  ])("refuses %s", (text, message) => {
    expect(faultOf(text).message).toMatch(message);
  });

  it("reads words in any case, and percentages as basis points", () => {
    expect(read('{"action": " BUY ", "side": "Long", "reducePct": 12.5}').values).toEqual({
      action: "buy",
      side: "long",
      reducePct: 1_250,
    });
  });

  it("leaves out what it cannot read, names it, and reads the rest", () => {
    const { values, unread } = read('{"action": "close", "open": "1 234.5", "side": "", "id": "{{x}}y"}');
    expect(values).toEqual({ action: "close" });
    expect(unread.map(({ field, isEmpty }) => [field, isEmpty])).toEqual([
      ["open", false],
      ["id", false],
      ["side", true],
    ]);
  });
});
