// The operator's hand in a run: trading state and config change the way a command will change them, in one commit with
// the control document and its journal entry, outside every fault.

import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, TradingState } from "#domain/documents/control.ts";
import { flattenId } from "#domain/documents/ids.ts";
import { operatorLatch } from "#domain/documents/new-control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { encode, encodeWithTtl, RETENTION_MS } from "#functions/app/documents/codec.ts";
import type { DocumentPort, DocumentWrite } from "#ports/documents.ts";
import type { ConfigChange } from "./items.ts";

const OPERATOR = "operator";

export async function setTradingState(
  store: DocumentPort,
  accountId: string,
  state: TradingState,
  nowMs: number,
): Promise<readonly DocumentWrite[]> {
  return await change(store, { accountId, kind: `STATE_${state}`, nowMs }, (control) => ({
    control: { ...control, tradingState: operatorLatch(state, OPERATOR, "simulated", nowMs) },
    also: [],
  }));
}

export async function orderFlattening(
  store: DocumentPort,
  accountId: string,
  nowMs: number,
): Promise<readonly DocumentWrite[]> {
  return await change(store, { accountId, kind: "FLATTEN_ORDERED", nowMs }, (control) => ({
    control: orderFlatten(
      control,
      {
        flattenId: flattenId(accountId, control.journalSeq),
        orderedBy: OPERATOR,
        reason: "simulated",
        cause: "operator",
      },
      nowMs,
    ),
    also: [],
  }));
}

export async function activateConfig(
  store: DocumentPort,
  accountId: string,
  wanted: ConfigChange,
  nowMs: number,
): Promise<readonly DocumentWrite[]> {
  const [snapshot] = await store.getAll([paths.config(accountId)]);
  const current = snapshot?.data as unknown as AccountConfig;
  const next = { ...changedConfig(current, wanted), version: current.version + 1, createdAtMs: nowMs };
  return await change(store, { accountId, kind: "CONFIG_ACTIVATED", nowMs }, (control) => ({
    control: { ...control, configVersion: next.version },
    also: [
      { op: "set", path: paths.config(accountId), data: encode(next) },
      { op: "create", path: paths.configVersion(accountId, next.version), data: encode(next) },
    ],
  }));
}

export function changedConfig(config: AccountConfig, wanted: ConfigChange): AccountConfig {
  switch (wanted) {
    case "tighter":
      return { ...config, maxOrdersPerMinute: 2, maxOpenGroups: 1, maxOrderNotionalUsd: "450" };
    case "looser":
      return { ...config, maxOrdersPerMinute: 50, maxOpenGroups: 4, maxOrderNotionalUsd: "5000" };
    case "fewerSymbols":
      return { ...config, symbols: config.symbols.slice(-1) };
    case "allSymbols":
      return { ...config, symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT"] };
  }
}

async function change(
  store: DocumentPort,
  { accountId, kind, nowMs }: { readonly accountId: string; readonly kind: string; readonly nowMs: number },
  next: (control: ControlState) => { control: ControlState; also: readonly DocumentWrite[] },
): Promise<readonly DocumentWrite[]> {
  const path = paths.control(accountId);
  const [snapshot] = await store.getAll([path]);
  const before = snapshot?.data as unknown as ControlState;
  const { control: wanted, also } = next(before);
  const control = { ...wanted, journalSeq: before.journalSeq + 1, updatedAtMs: nowMs };
  const entry: JournalEntry = {
    seq: control.journalSeq,
    accountId,
    atMs: nowMs,
    fence: control.lease.fence,
    actor: OPERATOR,
    kind,
    subject: accountId,
    images: { [path]: { ...control } },
  };
  const journal = encodeWithTtl(entry, nowMs, RETENTION_MS.journal);
  const writes: DocumentWrite[] = [
    { op: "set", path, data: encode(control) },
    { op: "create", path: paths.journal(accountId, entry.seq), data: journal },
    ...also,
  ];
  await store.commit(writes);
  return writes;
}
