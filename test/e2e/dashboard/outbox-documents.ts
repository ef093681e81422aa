// Messages for people that did not arrive: one given up, one whose receiver failed, one not tried yet.
import { newOutboxItem, notSent, type OutboxItem } from "#domain/telling/outbox.ts";
import { outboxItemSchema } from "#schemas/records.ts";
import { type AccountDocuments, checked } from "./account-documents.ts";
import { ACCOUNT } from "./order-rows.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function message(outboxId: string, title: string, text: string, atMs: number): OutboxItem {
  const about = { accountId: ACCOUNT, kind: "alert", subject: outboxId, severity: "critical" } as const;
  return { ...newOutboxItem({ ...about, title, text: `${text}\nCheck the venue’s status` }, atMs), outboxId };
}

export function untoldMessages(nowMs: number): AccountDocuments {
  const gone = message("m-1", "NAV_STALE", "NAV stood still: balances timed out", nowMs - 26 * HOUR_MS);
  const tried = message("m-2", "STOPLOSS_GUARD", "Entries long are locked", nowMs - 9 * MINUTE_MS);
  const fresh = message("m-3", "ORDER_REJECTED", "Binance refused DOGEUSDT", nowMs - 4 * MINUTE_MS);
  const items = [
    notSent(gone, "HTTP 410: gone", true, nowMs - 2 * HOUR_MS),
    notSent(tried, "HTTP 503: away", false, nowMs - MINUTE_MS),
    fresh,
  ];
  return Object.fromEntries(
    items.map((item) => [`outbox/${item.outboxId}`, checked(outboxItemSchema, item)]),
  );
}
