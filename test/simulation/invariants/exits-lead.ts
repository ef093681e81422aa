// Rule 14, exits before entries (docs/RULES.md): what waits for the holder of the lease is carried out exits first. Read from
// the commits that landed.
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import type { Change, Evidence, Invariant } from "./invariant.ts";

export const exitsLeadEntries: Invariant = {
  rule: 14,
  name: "exitsLeadEntries",
  says: "No batch of entries is stored while an exit waits for the holder that nothing stands against.",
  watch(evidence) {
    return {
      landed({ changes }) {
        const entries = changes.filter(isNewEntry);
        const accountId = entries[0]?.accountId ?? null;
        if (entries.length < 2 || accountId === null) return;
        const exit = waitingExit(evidence, accountId);
        if (exit !== null)
          evidence.fail(`${entries.length} entries of ${accountId} were stored while the exit ${exit} waits`);
      },
    };
  },
};

function isNewEntry({ path, before, after }: Change): boolean {
  if (!path.includes("/orders/") || before !== null || after === null) return false;
  return !(after as unknown as Order).request.reduceOnly;
}

/** One that was not looked at yet; an order in its symbol whose fate is open may be in its way. */
function waitingExit(evidence: Evidence, accountId: string): string | null {
  const control = evidence.read<ControlState>(paths.control(accountId));
  const inFlight = new Set(Object.values(control?.reservations ?? {}).map(({ symbol }) => symbol));
  const waiting = evidence
    .below<StoredIntent>(`${paths.intents(accountId)}/`)
    .find(
      ([, { intent, status, denials, step }]) =>
        status === "INBOX" &&
        intent.action !== "open" &&
        step + denials.length === 0 &&
        !inFlight.has(intent.symbol),
    );
  return waiting?.[1].intent.intentId ?? null;
}
