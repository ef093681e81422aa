// Every minute: NAV, peak and series of every account. The only writer of these documents.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { forEachAccount } from "#app/accounts";
import { writeNav } from "#app/nav";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const navEveryMinute = onSchedule(FUNCTIONS.navEveryMinute, () =>
  guarded(async ({ nav }) => {
    const deps = nav();
    await forEachAccount(deps, "nav", (profile) => writeNav(deps, profile));
  }),
);
