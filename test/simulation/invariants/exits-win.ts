// Rule 14, exits before entries (docs/RULES.md): an exit newer than an entry wins, or a person was told. Read from the
// alerts that were sent, by the times that stand in them, and from the matching engine's trades.
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { isOurOrder } from "../in-our-name.ts";
import type { SimAlert } from "../platform/front.ts";
import type { Evidence, Invariant } from "./invariant.ts";

/** Statuses of an answer that took the alert. */
const TAKEN = new Set([200, 202]);
/** Alerts that name an exit which was not carried out (yet), or that nothing can be. */
const TELLING: ReadonlySet<string> = new Set([
  "EXIT_DENIED",
  "EXIT_WAITS",
  "EXIT_ORDER_FAILED",
  "REVERSAL_CUT_SHORT",
]);

export const exitsWin: Invariant = {
  rule: 14,
  name: "exitsWin",
  says: "Nothing is held that an entry opened which was signalled before the strategy's newest close, unless an alert says so.",
  watch(evidence) {
    /** Newest time of a close that was sent and taken, by account, strategy and symbol. */
    const closedAtMs = new Map<string, number>();
    return {
      answered(alert, { status }) {
        const close = TAKEN.has(status) ? closeIn(alert) : null;
        if (close === null) return;
        closedAtMs.set(close.key, Math.max(closedAtMs.get(close.key) ?? 0, close.atMs));
      },
      healed() {
        for (const { profile, config } of evidence.setup.accounts)
          for (const symbol of config.symbols) {
            const opened = openedBy(evidence, profile.accountId, symbol);
            if (opened === null) continue;
            const key = keyOf(profile.accountId, opened.strategyId, symbol);
            // A close that names a side leaves that side alone.
            const closed = [key, `${key}/${opened.side}`].map((each) => closedAtMs.get(each) ?? 0);
            const lateMs = Math.max(...closed) - opened.atMs;
            if (lateMs > 0 && !isTold(evidence, profile.accountId, symbol))
              evidence.fail(`${key} is held, and was closed ${lateMs} ms after its entry was signalled`);
          }
      },
    };
  },
};

function keyOf(accountId: string, strategyId: string, symbol: string): string {
  return `${accountId}/${strategyId}/${symbol}`;
}

function closeIn({ hook, body }: SimAlert): { readonly key: string; readonly atMs: number } | null {
  if (!body.startsWith('{"')) return null;
  const { action, symbol, timenow, side } = JSON.parse(body) as Readonly<Record<string, string>>;
  if (action !== "close" || symbol === undefined || timenow === undefined) return null;
  const key = keyOf(hook.accountId, hook.strategyId, symbol);
  return { key: side === undefined ? key : `${key}/${side}`, atMs: Date.parse(timenow) };
}

/** The entry that opened the position of today, from flat; null while flat, and where somebody traded by hand. */
function openedBy(
  evidence: Evidence,
  accountId: string,
  symbol: string,
): { readonly strategyId: string; readonly side: "long" | "short"; readonly atMs: number } | null {
  const { engine } = evidence.exchange;
  let lots = 0;
  let openedById: number | null = null;
  for (const trade of engine.state.trades) {
    if (trade.accountId !== accountId || trade.symbol !== symbol) continue;
    const order = engine.state.orders.get(trade.orderId);
    // A position with a share of people who trade by hand is not ours alone.
    if (order?.reduceOnly === false && !isOurOrder(order)) return null;
    if (lots === 0) openedById = trade.orderId;
    lots += trade.side === "BUY" ? trade.lots : -trade.lots;
  }
  if (lots === 0 || openedById === null) return null;
  const id = engine.state.orders.get(openedById)?.clientOrderId ?? "";
  const order = evidence.read<Order>(paths.order(accountId, id));
  const receipt = order && evidence.read<Receipt>(paths.receipt(accountId, order.signalId));
  const sent = receipt?.payload.fields as Readonly<Record<string, string>> | undefined;
  if (order === null || sent?.timenow === undefined) return null;
  const side = lots > 0 ? "long" : "short";
  return { strategyId: order.strategyId, side, atMs: Date.parse(sent.timenow) };
}

function isTold(evidence: Evidence, accountId: string, symbol: string): boolean {
  return evidence
    .below<Alert>(`${paths.alerts(accountId)}/`)
    .some(
      ([, { code, message, severity }]) =>
        TELLING.has(code) && severity !== "info" && message.includes(symbol),
    );
}
