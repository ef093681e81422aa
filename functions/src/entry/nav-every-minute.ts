// Every minute: NAV, peak and series of every account. The only writer of these documents.
import { forEachAccount } from "#app/accounts";
import { writeNav } from "#app/nav";
import { accountSchedule } from "./schedules.ts";

export const navEveryMinute = accountSchedule("every 1 minutes", async ({ nav }) => {
  const deps = nav();
  await forEachAccount(deps, "nav", (profile) => writeNav(deps, profile));
});
