// Alerts on Google's log, for faults that the product cannot tell itself because the teller is what failed. Each is a policy
// of Cloud Monitoring on matching log lines; setup creates them, and they are mailed to the first operator.

export interface LogAlert {
  readonly name: string;
  /** Text that a line holds in any of its fields: the platform's own words, or what `lines` names. */
  readonly holds: readonly string[];
  /** Those of the texts that the functions write themselves, word for word. */
  readonly lines: readonly string[];
  /** A further condition in Cloud Logging's query language; null where the text says enough. */
  readonly where: string | null;
  /** First lines of the mail: cause, and the remedy. */
  readonly says: string;
}

/** One mail a policy in this time, however many lines match. */
export const NOTIFIED_AT_MOST_EVERY_SECONDS = 3_600;
/** An incident ends by itself after this time without a matching line. */
export const AUTO_CLOSE_SECONDS = 86_400;

const ERROR = "severity>=ERROR";

export const LOG_ALERTS: readonly LogAlert[] = [
  {
    name: "ballast: a function crashed or cannot start",
    holds: ["Uncaught", "Unhandled", "failed to start", "Ballast cannot start"],
    lines: ["Ballast cannot start"],
    where: ERROR,
    says: "An instance ended or could not start. The line says why; where it is a setting, mend it and deploy again. The schedules go on in other instances as far as these start",
  },
  {
    name: "ballast: memory limit",
    holds: ["Memory limit of"],
    lines: [],
    where: ERROR,
    says: "An instance was ended for its memory, in the middle of its work. Raise the function's memory in functions/src/entry/options.ts if it comes again",
  },
  {
    name: "ballast: permission denied",
    holds: ["PERMISSION_DENIED", "does not have permission"],
    lines: [],
    where: ERROR,
    says: "A function may not do its work: a role was taken away. Run setup again, it grants the missing ones",
  },
  {
    name: "ballast: a call by Google was turned away",
    holds: ["Google-Cloud-Tasks", "Google-Cloud-Scheduler", "APIs-Google"],
    lines: [],
    where: "httpRequest.status=(401 OR 403)",
    says: "Cloud Tasks, Cloud Scheduler or a trigger may not call a function: orders are not followed or schedules do not run. Run setup again, it grants the invoker",
  },
  {
    name: "ballast: an alert could not be stored",
    holds: [
      "An alert could not be stored",
      "An alert is not confirmed",
      "A document for people was not stored",
    ],
    lines: [
      "An alert could not be stored",
      "An alert is not confirmed",
      "A document for people was not stored",
    ],
    where: ERROR,
    says: "The store takes no alerts, so page and notifier are silent. Look at the positions at the venue yourself: docs/runbooks/README.md",
  },
  {
    name: "ballast: a message was quarantined",
    holds: ["A message was quarantined"],
    lines: ["A message was quarantined"],
    where: ERROR,
    says: "A message cannot be read. The line comes before the record in quarantine and its alert, so it also tells of one that could not be stored: docs/runbooks/README.md",
  },
  {
    name: "ballast: wrong or missing label",
    holds: ["EnvironmentMismatchError"],
    lines: ["EnvironmentMismatchError"],
    where: ERROR,
    says: "The database has no label or another environment's, so nothing runs: after a restore it is written last (docs/runbooks/restore.md)",
  },
];

/** The policy's filter over the functions' log. */
export function filterOf({ holds, where }: LogAlert): string {
  const texts = holds.map((text) => JSON.stringify(text)).join(" OR ");
  return ['resource.type="cloud_run_revision"', ...(where === null ? [] : [where]), `(${texts})`].join(
    " AND ",
  );
}
