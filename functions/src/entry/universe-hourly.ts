// Every hour: the venue's filters and steps of all configured symbols.
import { listAccounts } from "#app/accounts";
import { refreshUniverse } from "#app/universe";
import { accountSchedule } from "./schedules.ts";

export const universeHourly = accountSchedule("every 60 minutes", async ({ nav }) => {
  const deps = nav();
  await refreshUniverse(deps, await listAccounts(deps, null));
});
