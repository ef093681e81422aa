// The proof: one signed alert, filled at the paper venue. Its id is the same in every run, so a run that was killed looks
// for its fill and buys nothing twice; an alert that was denied is told, and the next run tries another.

import { HOOK_SECRETS } from "#adapters/secrets/parameter-secrets.ts";
import { signalId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { entriesOf } from "../secret-entries.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";
import { read } from "./read-document.ts";
import { proofHookId } from "./secret-steps.ts";

/** First starts of functions, and the schedules' own minute. */
const READY_TIMEOUT_MS = 5 * 60_000;
const FILL_TIMEOUT_MS = 2 * 60_000;
const POLL_MS = 1_000;
const MAX_ATTEMPTS = 20;
const ENDED = new Set(["DENIED", "REFUSED", "EXPIRED"]);

interface Attempt {
  readonly webhookId: string;
  readonly receipt: Readonly<Record<string, unknown>> | null;
}

export function proof(parts: SetupParts): Step {
  const { accountId } = parts.answers;
  const wants = [`one signed alert for ${accountId}, filled at ${parts.answers.paperVenueOrigin}`];
  return {
    name: "proof",
    needs: ["environment label", "account", "signed hook", "functions and page"],
    wants,
    missing: async () => ((await isFilled(parts, await lastAttempt(parts))) ? [] : wants),
    async apply() {
      const attempt = await lastAttempt(parts);
      if (attempt.receipt === null) await send(parts, attempt.webhookId);
      await until(parts, FILL_TIMEOUT_MS, "fill", async () => {
        const now = await lastAttempt(parts, attempt.webhookId);
        if (ENDED.has(String(now.receipt?.status)))
          throw new Error(`the alert was not traded: ${said(now.receipt)}. Mend that and run setup again`);
        return await isFilled(parts, now);
      });
    },
  };
}

/** The first that was not denied, or the named one. */
async function lastAttempt(parts: SetupParts, named: string | null = null): Promise<Attempt> {
  const { accountId } = parts.answers;
  for (let number = 1; number <= MAX_ATTEMPTS; number += 1) {
    const webhookId = named ?? `setup-proof-${number}`;
    const id = signalId(proofHookId(accountId), `webhook:${webhookId}`);
    const receipt = await read(parts.documents, paths.receipt(accountId, id));
    if (named !== null || receipt === null || !ENDED.has(String(receipt.status)))
      return { webhookId, receipt };
  }
  throw new Error(`${MAX_ATTEMPTS} alerts were refused: look at the account's receipts`);
}

async function isFilled({ documents, answers }: SetupParts, { receipt }: Attempt): Promise<boolean> {
  if (typeof receipt?.clientOrderId !== "string") return false;
  const order = await read(documents, paths.order(answers.accountId, receipt.clientOrderId));
  return order?.status === "FILLED";
}

async function send(parts: SetupParts, webhookId: string): Promise<void> {
  const { accountId, symbols } = parts.answers;
  await ready(parts);
  const hookId = proofHookId(accountId);
  const secrets = (await entriesOf(parts.project, HOOK_SECRETS))[hookId];
  const secret: unknown = Array.isArray(secrets) ? secrets[0] : undefined;
  if (typeof secret !== "string") throw new Error(`${HOOK_SECRETS} has no signing secret for ${hookId}`);
  const body = JSON.stringify({ ticker: symbols[0], action: "buy" });
  // A function that started before the secret was stored refuses the signature until it is replaced.
  await until(parts, READY_TIMEOUT_MS, "answer of the webhook", async () => {
    const { status, text } = await parts.postAlert({ id: webhookId, hookId, body }, secret);
    if (status === 202 || status === 200) return true;
    if (status !== 401 && status < 500) throw new Error(`the webhook answered ${status}: ${text}`);
    return false;
  });
}

/** Entries wait for markets, a NAV and a peak: the schedules make them within minutes, and are asked to do so now. */
async function ready(parts: SetupParts): Promise<void> {
  const { documents, project, answers } = parts;
  const universe = await read(documents, paths.universe(answers.venue));
  const listed = Object.keys((universe?.markets as object | undefined) ?? {});
  // Markets may be there for another account, of other symbols.
  if (!answers.symbols.every((symbol) => listed.includes(symbol)))
    await project.runSchedule("universeHourly");
  const isReady = async (): Promise<boolean> => {
    const nav = await read(documents, paths.nav(answers.accountId));
    const peak = await read(documents, paths.peak(answers.accountId));
    const settings = await read(documents, paths.venueSettings(answers.accountId));
    return nav?.stale === false && peak !== null && settings !== null;
  };
  if (!(await isReady())) await project.runSchedule("navEveryMinute");
  await until(parts, READY_TIMEOUT_MS, "NAV, peak and settings of the account", isReady);
}

async function until(
  { nowMs, sleep }: SetupParts,
  limitMs: number,
  what: string,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const endMs = nowMs() + limitMs;
  while (!(await isThere())) {
    if (nowMs() >= endMs)
      throw new Error(`no ${what} after ${limitMs / 1_000} s; the account's alerts say why (state show)`);
    await sleep(POLL_MS);
  }
}

function said(receipt: Attempt["receipt"]): string {
  return JSON.stringify({ status: receipt?.status, code: receipt?.refusalCode, denials: receipt?.denials });
}
