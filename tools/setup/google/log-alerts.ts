// Alert policies of Cloud Monitoring on the log, and the channel that mails of them.
import {
  AUTO_CLOSE_SECONDS,
  filterOf,
  type LogAlert,
  NOTIFIED_AT_MOST_EVERY_SECONDS,
} from "#deploy/log-alerts.ts";
import type { CloudProject } from "../cloud-project.ts";
import type { GoogleProjectParts } from "./google-parts.ts";

export function logAlertsOf({
  rest,
  projectId,
}: GoogleProjectParts): Pick<CloudProject, "logAlerts" | "createLogAlert"> {
  const root = `https://monitoring.googleapis.com/v3/projects/${projectId}`;
  const policies = `${root}/alertPolicies`;
  const channels = `${root}/notificationChannels`;
  const channelTo = async (email: string): Promise<string> => {
    const title = `ballast: ${email}`;
    const present = await rest.list(channels, "notificationChannels");
    const found = present.find(({ displayName }) => displayName === title);
    if (found !== undefined) return String(found.name);
    const body = { type: "email", displayName: title, labels: { email_address: email } };
    return String((await rest.call({ method: "POST", url: channels, body })).name);
  };
  return {
    async logAlerts() {
      const present = await rest.list(policies, "alertPolicies");
      return new Set(present.map(({ displayName }) => String(displayName)));
    },
    async createLogAlert(alert, email) {
      const body = policyOf(alert, await channelTo(email));
      await rest.call({ method: "POST", url: policies, body });
    },
  };
}

function policyOf(alert: LogAlert, channel: string): object {
  const { name: displayName, says: content } = alert;
  return {
    displayName,
    documentation: { content, mimeType: "text/markdown" },
    combiner: "OR",
    conditions: [{ displayName, conditionMatchedLog: { filter: filterOf(alert) } }],
    notificationChannels: [channel],
    alertStrategy: {
      notificationRateLimit: { period: `${NOTIFIED_AT_MOST_EVERY_SECONDS}s` },
      autoClose: `${AUTO_CLOSE_SECONDS}s`,
    },
  };
}
