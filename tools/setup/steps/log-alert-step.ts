// Mails about faults in which the teller itself failed. A policy that is there already stays, with the channel that it has.
import { LOG_ALERTS, type LogAlert } from "#deploy/log-alerts.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";

export function logAlerts({ project, answers: { email } }: SetupParts): Step {
  const missing = async (): Promise<readonly LogAlert[]> => {
    const present = await project.logAlerts();
    return LOG_ALERTS.filter(({ name }) => !present.has(name));
  };
  const lineOf = ({ name }: LogAlert): string => `"${name}", mailed to ${email}`;
  return {
    name: "alerts on the log",
    needs: ["APIs"],
    wants: LOG_ALERTS.map(lineOf),
    missing: async () => (await missing()).map(lineOf),
    async apply() {
      for (const alert of await missing()) await project.createLogAlert(alert, email);
    },
  };
}
