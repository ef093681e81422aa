// Rule 7, for what people see: documents for people that have not got through for longer than allowed halt trading, and
// once they do again the books know it.
import type { ControlState } from "../../../functions/src/domain/control.ts";
import { paths } from "../../../functions/src/domain/paths.ts";
import { configInForce, type Evidence, type Invariant } from "./invariant.ts";

/** Two passes of the reconcile schedule and what they take: one finds the silence too long, one may have died with it. */
const LATEST_MS = 150_000;

export const silenceHalts: Invariant = {
  rule: 7,
  name: "silenceHalts",
  says: "An account whose documents for people were refused for longer than its config allows is halted, and no silence is remembered that is over.",
  watch(evidence) {
    return {
      landed({ changes }) {
        for (const { path, accountId, after } of changes) {
          if (accountId !== null && after !== null && path === paths.control(accountId))
            checkHalt(evidence, accountId, after as unknown as ControlState);
        }
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

function checkHalt(evidence: Evidence, accountId: string, control: ControlState): void {
  const { telemetryFailingSinceMs: sinceMs, tradingState } = control;
  const limitMs = configInForce(evidence, accountId)?.maxTelemetrySilenceMs;
  if (sinceMs === null || limitMs === undefined || tradingState.state === "HALTED") return;
  const silentMs = control.updatedAtMs - sinceMs;
  if (silentMs > limitMs + LATEST_MS)
    evidence.fail(
      `${accountId} is ${tradingState.state} after a silence of ${silentMs} ms, limit ${limitMs}`,
    );
}
