// Rule 7, nothing in silence (docs/RULES.md), from its other side: a sender that proved nothing leaves nothing and learns
// nothing. Read from the answers to forgers and from the documents that landed.
import { FORGED } from "../workload/forgers.ts";
import type { Invariant } from "./invariant.ts";

export const forgersGetNothing: Invariant = {
  rule: 7,
  name: "forgersGetNothing",
  says: "A forged alert is stored nowhere. Its answer is 401 or a fault of ours, the same for real and for made-up hooks.",
  watch(evidence) {
    return {
      answered({ key, hook }, { status, body }) {
        if (!key.startsWith(FORGED) || status >= 500) return;
        if (status !== 401 || body.code !== "UNAUTHORIZED")
          evidence.fail(`${key}, forged, to ${hook.hookId} was answered ${status} ${body.code}`);
      },
      landed({ changes }) {
        for (const { path, after } of changes)
          if (after !== null && JSON.stringify(after).includes(`"${FORGED}`))
            evidence.fail(`${path} holds a forged alert`);
      },
    };
  },
};
