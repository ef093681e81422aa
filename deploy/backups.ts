// How a lost or spoiled database comes back, as data for setup: recovery to any moment of the last days, and copies that
// outlive the database. docs/runbooks/restore.md is the way back, test/simulation/restore its proof.

/** Any second of the last seven days can be read or exported: what an operator takes after a mistake. */
export const POINT_IN_TIME_RECOVERY = true;
/** A database with it is not deleted by a slip: it has to be taken off first. */
export const DELETION_PROTECTION = true;

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
