// Rule 14, exits before entries (docs/RULES.md): an exit whose symbol and direction are clear is taken, whatever else its
// alert says and whatever came under its id before. The sender's own words are the evidence.
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { SimAlert, SimAnswer } from "../platform/front.ts";
import type { Evidence, Invariant } from "./invariant.ts";

const TAKEN = new Set([200, 202]);
const REFUSED = new Set([400, 409, 422]);

export const clearExitsAreTaken: Invariant = {
  rule: 14,
  name: "clearExitsAreTaken",
  says: "A clear exit that was answered stands on a receipt as that exit, or was refused and told.",
  watch(evidence) {
    return {
      answered(alert, answer) {
        const { wants } = alert;
        if (wants === undefined || wants.action === "open") return;
        if (TAKEN.has(answer.status)) checkTaken(evidence, alert, answer);
        if (REFUSED.has(answer.status)) checkTold(evidence, alert, answer);
      },
    };
  },
};

function checkTaken(evidence: Evidence, { key, hook, wants }: SimAlert, { body }: SimAnswer): undefined {
  const path = paths.receipt(hook.accountId, body.receiptId ?? "");
  const intent = evidence.read<Receipt>(path)?.intent ?? null;
  if (intent?.action !== wants?.action || intent?.symbol !== wants?.symbol)
    evidence.fail(
      `${key} wants to ${wants?.action} ${wants?.symbol} and was taken, but ${path} says ${intent?.action} ${intent?.symbol}`,
    );
}

/** Too late, or for want of a config: these are clear exits too, and a person has to close. */
function checkTold(evidence: Evidence, { key, hook, wants }: SimAlert, { body }: SimAnswer): undefined {
  if (body.code !== "SIGNAL_STALE" && body.code !== "CONFIG_UNUSABLE" && body.code !== "SIGNAL_FROM_FUTURE")
    return evidence.fail(
      `${key} wants to ${wants?.action} ${wants?.symbol} and was refused with ${body.code}`,
    );
  const alerts = evidence.below<Alert>(`${paths.alerts(hook.accountId)}/`);
  const isTold = alerts.some(
    ([, { dedupeKey, severity, message }]) =>
      dedupeKey === body.receiptId && severity === "critical" && message.includes(wants?.symbol ?? ""),
  );
  if (!isTold)
    evidence.fail(`${key} was refused with ${body.code}, and no person was told of ${wants?.symbol}`);
}
