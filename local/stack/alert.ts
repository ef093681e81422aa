// The alert that a person pastes, and the same alert as the check sends it. Its time is filled in when it is sent: an
// alert from a page of yesterday would rightly be refused as stale.
import type { LocalPorts } from "#local/ports.ts";
import { DIRECT_HOOK_ID, functionsBaseUrl } from "./settings.ts";

const SYMBOL = "BTCUSDT";
/** Above the venue's smallest order, and far below every limit of the seeded account. */
const NOTIONAL_USD = "500";

class AlertRefusedError extends Error {
  override readonly name = "AlertRefusedError";
}

/** The hook's address. It holds no token: an address ends in the logs of every server that it passes. */
export function alertUrl(ports: LocalPorts): string {
  return `${functionsBaseUrl(ports)}/webhook/hooks/${DIRECT_HOOK_ID}`;
}

/** Body as TradingView sends a message that is JSON; `timeText` is what `{{timenow}}` gives. */
export function alertBody(timeText: string, hookToken: string): string {
  const order = { ticker: SYMBOL, action: "buy", notionalUsd: NOTIONAL_USD, timenow: timeText };
  return JSON.stringify({ ...order, token: hookToken });
}

/** One line for a POSIX shell. `date` runs when it is pasted; seconds apart, two pastes are two alerts. */
export function alertCommand(ports: LocalPorts, hookToken: string): string {
  const body = alertBody("'$(date -u +%Y-%m-%dT%H:%M:%SZ)'", hookToken);
  return `curl -sS '${alertUrl(ports)}' -H 'content-type: application/json' -d '${body}'`;
}

/** Sends the alert and resolves with its receipt's id. Rejects with AlertRefusedError holding the answer. */
export async function sendAlert(ports: LocalPorts, hookToken: string, nowMs: number): Promise<string> {
  const timeText = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  const response = await fetch(alertUrl(ports), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: alertBody(timeText, hookToken),
  });
  const text = await response.text();
  if (response.status !== 202)
    throw new AlertRefusedError(`The webhook answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { receiptId: string }).receiptId;
}
