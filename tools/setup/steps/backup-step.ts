// Copies that outlive the database. A schedule that is there already stays, also one that keeps its copies for another
// time: a database has one of each recurrence, and how long it keeps them may be the operator's own choice.
import { BACKUP_SCHEDULES } from "#deploy/backups.ts";
import type { BackupSchedule } from "../cloud-project.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";

const DAY_SECONDS = 86_400;

export function backups({ project }: SetupParts): Step {
  const missing = async (): Promise<readonly BackupSchedule[]> => {
    const present = await project.backupRecurrences();
    return BACKUP_SCHEDULES.filter(({ recurrence }) => !present.has(recurrence));
  };
  return {
    name: "backups",
    needs: ["APIs", "database"],
    wants: BACKUP_SCHEDULES.map(lineOf),
    missing: async () => (await missing()).map(lineOf),
    async apply() {
      for (const schedule of await missing()) await project.createBackupSchedule(schedule);
    },
  };
}

function lineOf({ recurrence, retentionSeconds }: BackupSchedule): string {
  return `a ${recurrence} backup of the database, kept ${retentionSeconds / DAY_SECONDS} days`;
}
