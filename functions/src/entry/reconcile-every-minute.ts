// Every minute: orders, inbox, forgotten signals and positions of every account against the venue.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { forEachAccount } from "#app/accounts";
import { reconcileAccount } from "#app/reconcile";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const reconcileEveryMinute = onSchedule(FUNCTIONS.reconcileEveryMinute, () =>
  guarded(async ({ execution }) => {
    const deps = execution();
    await forEachAccount(deps, "reconcile", (profile) => reconcileAccount(deps, profile));
  }),
);
