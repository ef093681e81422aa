// A file of candles is read whole, in the forms in which Binance publishes it, or refused with file and line; no row is lost.
import { describe, expect, it } from "vitest";
import { candlesOfCsv } from "#tools/strategy/candle-csv.ts";
import { drawsOf } from "#tools/strategy/generated-candles.ts";

const FIRST_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const row = (place: number, changed = "100,102,99,101,5.5") =>
  `${FIRST_MS + place * HOUR_MS},${changed},${FIRST_MS + (place + 1) * HOUR_MS - 1},550,9,2,200,0`;
const HEADER = "open_time,open,high,low,close,volume,close_time,quote_volume,count,a,b,ignore";
const read = (...lines: readonly string[]) => candlesOfCsv("btc.csv", lines.join("\n"), "1h");

describe("a CSV of candles", () => {
  const expected = {
    openAtMs: FIRST_MS,
    closeAtMs: FIRST_MS + HOUR_MS,
    open: 100,
    high: 102,
    low: 99,
    close: 101,
    volume: 5.5,
  };
  it.each([
    ["without a header", [row(0)]],
    ["with one", [HEADER, row(0)]],
    ["in microseconds", [row(0).replace(String(FIRST_MS), `${FIRST_MS}000`)]],
    ["with quotes", [row(0).replace(/[^,]+/g, '"$&"')]],
    ["with an empty line at its end", [row(0), ""]],
    ["with the line ends of Windows", [`${HEADER}\r`, `${row(0)}\r`]],
  ])("is read %s", (_, lines) => {
    expect(read(...lines)).toEqual([expected]);
  });

  it.each([
    ["a word for a price", [row(0), row(1, "100,x,99,101,5")], "btc.csv:2"],
    ["a missing column", [row(0), `${FIRST_MS + HOUR_MS},100,102`], "btc.csv:2"],
    ["an empty price", [row(0, "100,102,,101,5")], "btc.csv:1"],
    ["a price of zero", [row(0, "100,102,0,101,5")], "above zero"],
    ["a high below the close", [row(0, "100,100.5,99,101,5")], "frame"],
    ["an hour that is missing", [row(0), row(2)], "2026-01-01T01:00:00.000Z on are missing"],
    ["a row that is there twice", [row(0), row(0)], "does not come after"],
    ["a time between two candles", [row(0).replace(String(FIRST_MS), String(FIRST_MS + 1))], "no beginning"],
    ["a header in the middle", [row(0), HEADER, row(1)], "btc.csv:2"],
  ])("is refused for %s, with its line", (_, lines, said) => {
    expect(() => read(...lines)).toThrow(RangeError);
    expect(() => read(...lines)).toThrow(said);
  });

  it("names the first faults, and counts the rest", () => {
    const faulty = Array.from({ length: 9 }, (_, place) => row(place, "a,b,c,d,e"));
    expect(() => read(...faulty)).toThrow(/btc\.csv:5: .*\n… and 4 more$/s);
  });

  it("is read or refused, whatever is changed in it: no row is lost in silence", () => {
    const draw = drawsOf("csv");
    const whole = Array.from({ length: 5 }, (_, place) => row(place)).join("\n");
    for (let run = 0; run < 2_000; run++) {
      const at = Math.floor(draw() * whole.length);
      const changed = whole.slice(0, at) + String.fromCharCode(32 + draw() * 95) + whole.slice(at + 1);
      try {
        expect(candlesOfCsv("f", changed, "1h")).toHaveLength(5);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});
