// Every hour: the venue's filters and steps of all configured symbols.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { listAccounts } from "#app/accounts";
import { refreshUniverse } from "#app/universe";
import { guarded } from "./guarded.ts";
import { FUNCTIONS } from "./options.ts";

export const universeHourly = onSchedule(FUNCTIONS.universeHourly, () =>
  guarded(async ({ nav }) => {
    const deps = nav();
    await refreshUniverse(deps, await listAccounts(deps, null));
  }),
);
