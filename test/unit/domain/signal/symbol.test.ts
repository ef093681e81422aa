// Guards that a symbol is one instrument: the whole text is read, its signs are ASCII, and no leg of a spread or ratio is
// ever taken for it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SignalFault } from "#domain/signal/fault.ts";
import { symbolOf } from "#domain/signal/symbol.ts";

function codeOf(text: string, field: "symbol" | "ticker" = "ticker"): string | null {
  try {
    symbolOf({ [field]: text });
    return null;
  } catch (error) {
    if (error instanceof SignalFault) return error.code;
    throw error;
  }
}

describe("a symbol", () => {
  it.each([
    ["BTCUSDT", "BTCUSDT"],
    ["BINANCE:BTCUSDT.P", "BTCUSDT"],
    ["btcusdt.p", "BTCUSDT"],
    [" BTCUSDT\n", "BTCUSDT"],
    ["BTCUSDTPERP", "BTCUSDT"],
    ["PERPUSDT", "PERPUSDT"],
    ["BTC/USDT:USDT", "BTCUSDT"],
    ["BTC/USDT", "BTCUSDT"],
    ["1INCH/USDT", "1INCHUSDT"],
    ["USDC/USDT:USDT", "USDCUSDT"],
    ["BYBIT:1000PEPEUSDT.P", "1000PEPEUSDT"],
    ["1000PEPE/USDT:USDT", "1000PEPEUSDT"],
  ])("%j is %s", (sent, symbol) => {
    expect(symbolOf({ ticker: sent })).toBe(symbol);
    expect(symbolOf({ symbol: sent })).toBe(symbol);
  });

  it.each([
    "X:AAAUSDT.P/X:BBBUSDT.P",
    "X:AAAUSDT.P-X:BBBUSDT.P",
    "1/X:BBBUSDT.P",
    "-X:BBBUSDT.P",
    "3*X:BBBUSDT.P",
    "1000/SHIBUSDT",
    "1/USDT",
    "AAAUSDT/USDT",
    "AAAUSDT/BBBUSDT",
    "BINANCE:BTC/USDT",
    "A:B:BTCUSDT",
    "BTC1!",
    "BTC/USD:BTC",
    "BTC/USDT:USDC",
    "BTC/USDT:USDT-260327",
    "ETH/BTC",
    "BTCUSD_PERP",
    "BTC-USDT-SWAP",
    "",
    "BINANCE:",
    ":BTCUSDT",
    "123456",
    "BTC USDT",
    "BTCUSDT,ETHUSDT",
    "../x",
  ])("%j is refused", (sent) => {
    expect(codeOf(sent)).toBe("SYMBOL_UNREADABLE");
    expect(codeOf(sent, "symbol")).toBe("SYMBOL_UNREADABLE");
  });

  it.each([
    ["full-width letters", "ＢＴＣＵＳＤＴ"],
    ["a full-width digit", "BINANCE:１000PEPEUSDT.P"],
    ["a zero-width space", "BTC\u200bUSDT"],
    ["a byte-order mark at its end", "BTCUSDT\ufeff"],
    ["a mark of direction", "\u202eBTCUSDT"],
    ["a no-break space", "BTCUSDT\u00a0"],
    ["a letter that becomes S in capitals", "BTCU\u017fDT"],
    ["a letter that becomes I in capitals", "X:B\u0131TUSDT"],
    ["a Cyrillic letter", "\u0412TCUSDT"],
  ])("with %s is refused, and not turned into what it looks like", (_which, sent) => {
    expect(codeOf(sent)).toBe("SYMBOL_UNREADABLE");
  });

  it("must be there, and be one", () => {
    expect(() => symbolOf({})).toThrow(expect.objectContaining({ code: "SYMBOL_MISSING" }));
    expect(() => symbolOf({ symbol: "BTCUSDT", ticker: "ETHUSDT" })).toThrow(
      expect.objectContaining({ code: "AMBIGUOUS_SIGNAL" }),
    );
    expect(symbolOf({ symbol: "BTC/USDT", ticker: "BTCUSDT.P" })).toBe("BTCUSDT");
  });
});

describe("TradingView's arithmetic of tickers", () => {
  // https://www.tradingview.com/support/solutions/43000502298: legs, numbers, + - * / ^ and parentheses.
  const base = fc.stringMatching(/^[A-Z][A-Z0-9]{0,7}$/);
  const leg = fc
    .tuple(
      fc.constantFrom("", "X:", "BINANCE:", "BYBIT_1:"),
      base,
      fc.constantFrom("USDT", "USDC"),
      fc.constantFrom("", ".P", "PERP"),
    )
    .map((parts) => parts.join(""));
  const number = fc.oneof(
    fc.integer({ min: 0, max: 100_000 }).map(String),
    fc.double({ min: 0, max: 1_000, noNaN: true }).map((value) => value.toFixed(3)),
  );
  const operator = fc.constantFrom("+", "-", "*", "/", "^");
  const expression = fc.letrec<{ term: string; sum: string }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 3 },
      leg,
      number,
      fc.tuple(fc.constant("("), tie("sum"), fc.constant(")")).map((parts) => parts.join("")),
      fc.tuple(fc.constantFrom("-", "+"), tie("term")).map((parts) => parts.join("")),
    ),
    sum: fc.tuple(tie("term"), operator, tie("term")).map((parts) => parts.join("")),
  })).sum;
  const spaced = fc
    .tuple(expression, fc.boolean())
    .map(([text, isSpaced]) => (isSpaced ? text.replace(/([-+*/^])/g, " $1 ") : text));

  it("is refused whatever is reckoned: no leg of it is the instrument", () => {
    fc.assert(
      fc.property(spaced, fc.boolean(), (text, isLower) => {
        expect(codeOf(isLower ? text.toLowerCase() : text)).toBe("SYMBOL_UNREADABLE");
      }),
      { numRuns: 2_000 },
    );
  });

  it("and each of its legs by itself is read", () => {
    fc.assert(
      fc.property(leg, (text) => {
        expect(codeOf(text)).toBeNull();
      }),
    );
  });
});
