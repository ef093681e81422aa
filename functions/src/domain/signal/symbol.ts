// From the symbols people and charts write to the venue's own (`BTCUSDT`). Keeps true that a symbol which may mean
// another contract (coin-margined, dated) is refused, never guessed.
import { SignalFault } from "./fault.ts";
import type { DecidingFields } from "./meaning.ts";

const VENUE_SYMBOL = /^[A-Z0-9]{2,30}$/;
/** `BTC/USDT:USDT` as ccxt writes a linear perpetual; `BTC/USDT` its spot pair, which the strategy charts. */
const UNIFIED = /^([A-Z0-9]{1,20})\/([A-Z0-9]{2,10})(?::([A-Z0-9]{2,10}))?$/;
/** TradingView marks perpetuals with `.P`; some feeds write `PERP` behind the quote currency. */
const PERPETUAL_MARK = /\.P$|(?<=USDT|USDC)PERP$/;

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

/** The venue's symbol. Throws SignalFault SYMBOL_UNREADABLE. `field` names the field it came in. */
function venueSymbol(field: string, text: string): string {
  const upper = text.trim().toUpperCase();
  const unified = UNIFIED.exec(upper);
  if (unified !== null) {
    const [, base = "", quote = "", settle] = unified;
    if (settle === undefined || settle === quote) return `${base}${quote}`;
    throw unreadable(field, text, "is settled in another currency than it is quoted in");
  }
  const symbol = upper.slice(upper.lastIndexOf(":") + 1).replace(PERPETUAL_MARK, "");
  if (!VENUE_SYMBOL.test(symbol)) throw unreadable(field, text, "is not a symbol of a linear perpetual");
  return symbol;
}

function unreadable(field: string, text: string, why: string): SignalFault {
  return new SignalFault(
    "SYMBOL_UNREADABLE",
    [`${field}: ${JSON.stringify(text.slice(0, 60))} ${why}`],
    "Send the venue's symbol, like BTCUSDT, or TradingView's, like BINANCE:BTCUSDT.P",
  );
}
