// Every hour: the venue's filters and steps of all configured symbols.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";

export const universeHourly = onSchedule(FUNCTIONS.universeHourly, async () => wiring().refreshUniverse());
