// Rule 15, only itself (docs/RULES.md): a position whose row cannot be read is not one that is gone. The exchange says which
// rows it sends in an odd shape, and its engine what is held.
import type { Group } from "#domain/documents/group.ts";
import type { Change, Evidence, Invariant } from "./invariant.ts";

export const unreadIsNotGone: Invariant = {
  rule: 15,
  name: "unreadIsNotGone",
  says: "While the venue's row of a position cannot be read, no group of it is taken for closed by somebody else.",
  watch(evidence) {
    return {
      landed({ changes }) {
        for (const change of changes) if (change.path.includes("/groups/")) checkGroup(evidence, change);
      },
    };
  },
};

function checkGroup(evidence: Evidence, { path, before: was, after: is }: Change): undefined {
  const before = was as unknown as Group | null;
  const after = is as unknown as Group | null;
  if (after === null || before === null || before.endedAtMs !== null || after.endedAtMs === null) return;
  if (after.exitReason !== "reconcile") return;
  const isOdd = evidence.exchange
    .faults()
    .some(
      ({ effect, match }) =>
        effect.kind === "oddRow" && effect.subject === after.symbol && match?.path === POSITIONS,
    );
  if (!isOdd) return;
  const account = evidence.exchange.engine.state.accounts.get(after.accountId);
  const held = account?.positions.get(after.symbol)?.lots ?? 0;
  if (held !== 0)
    evidence.fail(`${path} is closed as gone, but the venue holds ${after.symbol} and only its row is odd`);
}

const POSITIONS = "/fapi/v3/positionRisk";
