// From the symbols people and charts write to the venue's own (`BTCUSDT`). A symbol that may mean another
// contract (coin-margined, dated) is refused, never guessed.
import { isAscii, trimmed } from "./ascii.ts";
import { SignalFault } from "./fault.ts";
import type { DecidingFields } from "./meaning.ts";

/** `BTCUSDT`, `BINANCE:BTCUSDT.P`: TradingView marks perpetuals with `.P`, some feeds with `PERP` behind the quote currency. */
const LISTED = /^(?:[A-Z][A-Z0-9_]{0,29}:)?([A-Z0-9]{2,30}?)(?:\.P|(?<=USDT|USDC)PERP)?$/;
/** `BTC/USDT:USDT` as ccxt writes a linear perpetual; `BTC/USDT` its spot pair, which the strategy charts. */
const UNIFIED = /^([A-Z0-9]{1,20})\/(USDT|USDC)(?::([A-Z0-9]{2,10}))?$/;
/** A pair where a coin should stand: a ratio of two instruments, and not one of them. */
const PAIR = /.(?:USDT|USDC)$/;
const HAS_LETTER = /[A-Z]/;

/** The symbol of a signal, by its own field or the chart's. Throws SignalFault where both are there and differ. */
export function symbolOf(fields: DecidingFields): string {
  const explicit = fields.symbol === undefined ? null : venueSymbol("symbol", fields.symbol);
  const charted = fields.ticker === undefined ? null : venueSymbol("ticker", fields.ticker);
  if (explicit !== null && charted !== null && explicit !== charted)
    throw new SignalFault(
      "AMBIGUOUS_SIGNAL",
      [`symbol means ${explicit}, ticker means ${charted}`],
      "Send one of them",
    );
  const symbol = explicit ?? charted;
  if (symbol === null)
    throw new SignalFault(
      "SYMBOL_MISSING",
      ["neither symbol nor ticker is there"],
      'Add "symbol": "{{ticker}}" or "symbol": "BTCUSDT"',
    );
  return symbol;
}

/**
 * The venue's symbol, read from the whole text: a leg of a spread or a ratio is another instrument than the text names.
 * Throws SignalFault SYMBOL_UNREADABLE. `field` names the field it came in.
 */
function venueSymbol(field: string, text: string): string {
  if (!isAscii(text)) throw unreadable(field, text, "has characters that are not ASCII");
  const upper = trimmed(text).toUpperCase();
  const [, base = "", quote = "", settle = quote] = UNIFIED.exec(upper) ?? [];
  if (settle !== quote) throw unreadable(field, text, "is settled in another currency than it is quoted in");
  const symbol = quote === "" ? (LISTED.exec(upper)?.[1] ?? "") : PAIR.test(base) ? "" : `${base}${quote}`;
  if (symbol === "" || !HAS_LETTER.test(quote === "" ? symbol : base))
    throw unreadable(field, text, "is not the symbol of a single linear perpetual");
  return symbol;
}

function unreadable(field: string, text: string, why: string): SignalFault {
  return new SignalFault(
    "SYMBOL_UNREADABLE",
    [`${field}: ${JSON.stringify(text.slice(0, 60))} ${why}`],
    "Send the venue's symbol, like BTCUSDT, or TradingView's, like BINANCE:BTCUSDT.P",
  );
}
