// Rule 14, exits before entries (docs/RULES.md): a refused exit reaches a person. Read from the venue's answers on the wire
// and from the messages for people.
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { type Evidence, type Invariant, NEW_ORDER } from "./invariant.ts";

/** Codes of Binance that say of an order that it was looked at and not taken: the order's own rules and the account's means. */
const REFUSES = [-2999, -2010, -4999, -4000] as const;
/** The same of Bybit: docs/v5/error, "UTA". */
const BYBIT_REFUSES = [110_000, 110_999] as const;
/** `No such order`, which is no answer to a new one. */
const NOT_KNOWN = -2013;

export const refusedReductionsAreTold: Invariant = {
  rule: 14,
  name: "refusedReductionsAreTold",
  says: "Every exit of a signal that the venue refuses is in an alert, with the order's id or its symbol and the venue's code.",
  watch(evidence) {
    const refused = new Map<
      string,
      { readonly accountId: string; readonly symbol: string; readonly code: number }
    >();
    return {
      handled({ name, accountId, fields }, { status, body }) {
        if (name !== NEW_ORDER || fields.get("reduceOnly") !== "true" || status !== 400) return;
        const code = codeIn(body);
        const id = fields.get("newClientOrderId") ?? "";
        if (code !== null && isRefusal(code))
          refused.set(id, { accountId, symbol: fields.get("symbol") ?? "", code });
      },
      healed() {
        for (const [id, { accountId, symbol, code }] of refused) {
          // Its answer may have been lost: then a look-up decides, and finds that the venue has nothing.
          const order = evidence.read<Order>(paths.order(accountId, id));
          // A closing of the system is tried again until it is done.
          const isRefused = order?.status === "REJECTED" && order.signalId !== order.intentId;
          if (isRefused && !isTold(evidence, accountId, [id, symbol, String(code)]))
            evidence.fail(
              `the venue refused the reduction ${id} of ${symbol} (${code}), and no alert says so`,
            );
        }
      },
    };
  },
};

function isRefusal(code: number): boolean {
  const [leastOrder, mostOrder, leastFilter, mostFilter] = REFUSES;
  if (code === NOT_KNOWN) return false;
  if (code >= BYBIT_REFUSES[0] && code <= BYBIT_REFUSES[1]) return true;
  return (code >= leastOrder && code <= mostOrder) || (code >= leastFilter && code <= mostFilter);
}

function codeIn(body: string): number | null {
  const code: unknown = body.startsWith("{") ? (JSON.parse(body) as { code?: unknown }).code : null;
  return typeof code === "number" ? code : null;
}

function isTold(
  evidence: Evidence,
  accountId: string,
  [id, symbol, code]: readonly [string, string, string],
): boolean {
  return evidence.below<Alert>(`${paths.alerts(accountId)}/`).some(([, { message, severity }]) => {
    const names = message.includes(id) || (message.includes(symbol) && message.includes(code));
    return severity !== "info" && names;
  });
}
