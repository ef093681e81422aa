// Copies that outlive a lost or spoiled database, as data for setup, beside its recovery to any moment of the last days.
// docs/runbooks/restore.md is the way back, test/simulation/restore its proof.

const DAY_SECONDS = 86_400;

/** Firestore's own schedules; a database has at most one of each recurrence. */
export const BACKUP_SCHEDULES = [
  {
    recurrence: "daily",
    /** A week, as long as point-in-time recovery reaches: what it cannot give back is the database itself. */
    retentionSeconds: 7 * DAY_SECONDS,
  },
  {
    recurrence: "weekly",
    day: "SUNDAY",
    /** The longest that Firestore keeps a backup, fourteen weeks: for a fault that nobody saw. */
    retentionSeconds: 98 * DAY_SECONDS,
  },
] as const;

/** Documented bounds of Firestore's backup schedules. */
export const LONGEST_RETENTION_SECONDS = 98 * DAY_SECONDS;
