// Every minute: orders, inbox, forgotten signals and positions of every account against the venue.
import { forEachAccount } from "#app/accounts";
import { reconcileAccount } from "#app/reconcile";
import { accountSchedule } from "./schedules.ts";

export const reconcileEveryMinute = accountSchedule("every 1 minutes", async ({ execution }) => {
  const deps = execution();
  await forEachAccount(deps, "reconcile", (profile) => reconcileAccount(deps, profile));
});
