// Rule 9, slots are open groups (docs/RULES.md): slots in use are the groups not ended.

import { dec } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { Invariant } from "./invariant.ts";

export const slotsAreTheOpenGroups: Invariant = {
  rule: 9,
  name: "slotsAreTheOpenGroups",
  says: "After every commit the slots in use are exactly the groups not ended, and a group that ran empty is ended.",
  watch(evidence) {
    const open = new Map<string, Set<string>>();
    return {
      found(documents) {
        for (const { path, accountId, after } of documents) {
          if (accountId === null || !path.includes("/groups/")) continue;
          const { groupId, status } = after as unknown as Group;
          const groups = open.get(accountId) ?? new Set();
          open.set(accountId, groups);
          if (!isGroupEnded(status)) groups.add(groupId);
        }
      },
      landed({ changes }) {
        const touched = new Set<string>();
        for (const { path, accountId, after } of changes) {
          if (accountId === null) continue;
          if (path.endsWith("/control/state")) touched.add(accountId);
          if (!path.includes("/groups/") || after === null) continue;
          touched.add(accountId);
          const group = after as unknown as Group;
          const groups = open.get(accountId) ?? new Set();
          open.set(accountId, groups);
          if (isGroupEnded(group.status)) groups.delete(group.groupId);
          else groups.add(group.groupId);
        }
        for (const accountId of touched) {
          const control = evidence.read<ControlState>(paths.control(accountId));
          const groups = open.get(accountId) ?? new Set();
          if (control !== null) compare(accountId, control, groups);
        }
      },
    };

    function compare(accountId: string, control: ControlState, groups: ReadonlySet<string>): undefined {
      const slots = Object.keys(control.slots);
      if (slots.length !== groups.size || slots.some((groupId) => !groups.has(groupId)))
        return evidence.fail(`${accountId} has the slots [${slots}] for the open groups [${[...groups]}]`);
      const live = new Set(Object.values(control.reservations).map(({ groupId }) => groupId));
      for (const groupId of groups) {
        const group = evidence.read<Group>(paths.group(accountId, groupId));
        // Between two orders of its route an entry has none that is live (routesStayWithinPlan sees to its end).
        const isBetween = group?.legs?.some(({ status }) => status === "REROUTING") === true;
        if (group !== null && dec(group.qtyBase).isZero() && !live.has(groupId) && !isBetween)
          evidence.fail(`the group ${groupId} of ${accountId} is empty and ${group.status}`);
      }
    }
  },
};
