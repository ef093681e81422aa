// Every minute: NAV, peak and series of every account. The only writer of these documents.
import { onSchedule } from "firebase-functions/v2/scheduler";
import { wiring } from "../wiring.ts";
import { FUNCTIONS } from "./options.ts";

export const navEveryMinute = onSchedule(FUNCTIONS.navEveryMinute, async () => wiring().writeEveryNav());
