// Rule 7, nothing in silence (docs/RULES.md), for the screen: documents for people that have not got through for longer
// than allowed halt trading, and once they do again the books know it.
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { CLOCK_TOLERANCE_MS, configInForce, type Evidence, type Invariant } from "./invariant.ts";

export const silenceHalts: Invariant = {
  rule: 7,
  name: "silenceHalts",
  says: "An account whose documents for people were refused for longer than its config allows is halted, and no silence is remembered that is over.",
  watch(evidence) {
    return {
      landed({ changes }) {
        for (const { accountId, after } of changes)
          if (accountId !== null && after?.kind === "TELEMETRY_TRIED") checkLook(evidence, accountId);
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) {
          const control = evidence.read<ControlState>(paths.control(profile.accountId));
          const sinceMs = control?.telemetryFailingSinceMs ?? null;
          if (profile.mode === "paper" && sinceMs !== null)
            evidence.fail(`${profile.accountId} still counts a silence since ${sinceMs}`);
        }
      },
    };
  },
};

/** Whoever tries to show an account again halts it, when that has not worked for too long. */
function checkLook(evidence: Evidence, accountId: string): undefined {
  // The journal's entry of a look comes in the commit of the control document that it left.
  const control = evidence.read<ControlState>(paths.control(accountId));
  const limitMs = configInForce(evidence, accountId)?.maxTelemetrySilenceMs;
  const sinceMs = control?.telemetryFailingSinceMs ?? null;
  if (control === null || sinceMs === null || limitMs === undefined) return;
  const { state } = control.tradingState;
  const silentMs = control.updatedAtMs - sinceMs;
  if (state !== "HALTED" && silentMs > limitMs + CLOCK_TOLERANCE_MS)
    evidence.fail(`${accountId} is ${state} after a silence of ${silentMs} ms, limit ${limitMs}`);
}
