// One alert followed to its fill: what `--check` asks of the whole stack.
import { paths } from "#domain/documents/paths.ts";
import type { LocalPorts } from "#local/ports.ts";
import { sendAlert } from "./alert.ts";
import type { Database } from "./database.ts";
import { ACCOUNT_ID } from "./settings.ts";

/** The function processes are cold, and the machine may be busy. */
const FILL_TIMEOUT_MS = 60_000;

class NotFilledError extends Error {
  override readonly name = "NotFilledError";
}

interface Fill {
  readonly clientOrderId: string;
  readonly qtyBase: string;
  readonly priceUsd: string;
  /** From sending the alert to seeing the fill in Firestore. */
  readonly tookMs: number;
}

/** Sends the alert and resolves with its fill. Rejects when it is refused, denied, or not filled in time. */
export async function alertToFill(ports: LocalPorts, hookToken: string, database: Database): Promise<Fill> {
  const startedAtMs = performance.now();
  const receiptId = await sendAlert(ports, hookToken, Date.now());
  const receipt = paths.receipt(ACCOUNT_ID, receiptId);
  const clientOrderId = await database.waitFor(receipt, "decision", FILL_TIMEOUT_MS, (data) => {
    if (data.status === "DENIED" || data.status === "REFUSED" || data.status === "EXPIRED")
      throw new NotFilledError(`The alert was not traded: ${JSON.stringify(data)}`);
    return typeof data.clientOrderId === "string" ? data.clientOrderId : null;
  });
  const order = paths.order(ACCOUNT_ID, clientOrderId);
  return database.waitFor(order, "fill", FILL_TIMEOUT_MS, (data) => {
    if (data.status === "REJECTED" || data.status === "CANCELED" || data.status === "EXPIRED")
      throw new NotFilledError(`The order was not filled: ${JSON.stringify(data)}`);
    if (data.status !== "FILLED") return null;
    const qtyBase = String(data.filledQtyBase);
    const priceUsd = String(data.averagePriceUsd);
    return { clientOrderId, qtyBase, priceUsd, tookMs: Math.round(performance.now() - startedAtMs) };
  });
}
