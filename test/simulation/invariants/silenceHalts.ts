// Rule 7, for what people see: documents for people that have not got through for longer than allowed halt trading, and
// once they do again the books know it.
import type { ControlState } from "../../../functions/src/domain/control.ts";
import { paths } from "../../../functions/src/domain/paths.ts";
import { configInForce, type Evidence, type Invariant } from "./invariant.ts";

/** Looks at a silence that is too long which may go by without a halt: processes die between the two commits. */
const MOST_LOOKS = 3;

export const silenceHalts: Invariant = {
  rule: 7,
  name: "silenceHalts",
  says: "An account whose documents for people were refused for longer than its config allows is halted, and no silence is remembered that is over.",
  watch(evidence) {
    /** Looks since the account was last halted, or last shown, by account. */
    const looks = new Map<string, number>();
    return {
      landed({ changes }) {
        for (const { path, accountId, after } of changes) {
          if (accountId === null || after === null) continue;
          if (path === paths.control(accountId)) forget(looks, after as unknown as ControlState);
          else if (after.kind === "TELEMETRY_TRIED") look(evidence, accountId, looks);
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

function forget(looks: Map<string, number>, { accountId, ...control }: ControlState): void {
  if (control.telemetryFailingSinceMs === null || control.tradingState.state === "HALTED")
    looks.delete(accountId);
}

/** The journal's entry of a look comes in the commit of the control document that it left. */
function look(evidence: Evidence, accountId: string, looks: Map<string, number>): void {
  const control = evidence.read<ControlState>(paths.control(accountId));
  const limitMs = configInForce(evidence, accountId)?.maxTelemetrySilenceMs;
  const sinceMs = control?.telemetryFailingSinceMs ?? null;
  if (
    control === null ||
    sinceMs === null ||
    limitMs === undefined ||
    control.tradingState.state === "HALTED"
  )
    return;
  const silentMs = control.updatedAtMs - sinceMs;
  if (silentMs <= limitMs) return;
  looks.set(accountId, (looks.get(accountId) ?? 0) + 1);
  if ((looks.get(accountId) ?? 0) > MOST_LOOKS)
    evidence.fail(
      `${accountId} is ${control.tradingState.state} after a silence of ${silentMs} ms, limit ${limitMs}`,
    );
}
