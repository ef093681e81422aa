// Alerts to the running stack as curl sends them, each another one, and what became of them.
import { expect } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { alertUrl } from "#local/stack/alert.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import type { TestStack } from "#test/support/stack.ts";
import { postAsCurl } from "../curl.ts";
import { STEP_TIMEOUT_MS } from "./running-stack.ts";

/** Times in whole seconds, as TradingView gives them, each one only once: equal alerts are one alert. */
let lastSecond = 0;
export function freshTimeText(): string {
  lastSecond = Math.max(lastSecond + 1, Math.floor(Date.now() / 1000));
  return `${new Date(lastSecond * 1000).toISOString().slice(0, 19)}Z`;
}

/** The path's form of the token, which stays an option, for an alert that does not bring it in its body. */
function addressFor(stack: TestStack, body: string): string {
  const address = alertUrl(stack.ports);
  return body.includes(stack.hookToken) ? address : `${address}/${stack.hookToken}`;
}

/** Posts an alert and resolves with its receipt's path. */
export async function postAlert(stack: TestStack, contentType: string, body: string): Promise<string> {
  const answer = await postAsCurl(addressFor(stack, body), contentType, body);
  expect(answer).toMatchObject({ status: 202, body: { code: "ACCEPTED" } });
  return paths.receipt(ACCOUNT_ID, (answer.body as { receiptId: string }).receiptId);
}

/** Posts an alert of these fields and resolves with its receipt once it is decided and, if ordered, answered by the venue. */
let sent = 0;
export async function receiptFor(
  stack: TestStack,
  fields: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const path = await postFields(stack, fields);
  return await stack.database.waitFor(path, "decision", STEP_TIMEOUT_MS, (receipt) =>
    receipt.status === "RECEIVED" ? null : receipt,
  );
}

/** Posts an alert of these fields and resolves with its receipt's path. */
export async function postFields(
  stack: TestStack,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  sent += 1;
  const body = JSON.stringify({ ...fields, alertId: `alert-${sent}`, timenow: freshTimeText() });
  return await postAlert(stack, "application/json", body);
}

export async function receiptOf(stack: TestStack, symbol: string): Promise<Record<string, unknown>> {
  return await receiptFor(stack, { ticker: symbol, action: "buy", notionalUsd: "500" });
}

export const codesOf = (receipt: Record<string, unknown>): readonly string[] =>
  (receipt.denials as readonly { readonly code: string }[]).map(({ code }) => code);
