// Firestore's own schedules of backups. They belong to their database and go with it, so a restored one is given them anew.
import type { BackupSchedule, CloudProject } from "../cloud-project.ts";
import type { GoogleProjectParts } from "./google-parts.ts";
import type { Fields } from "./rest.ts";

export function backupSchedulesOf({
  rest,
  projectId,
}: GoogleProjectParts): Pick<CloudProject, "backupRecurrences" | "createBackupSchedule"> {
  const schedules = `https://firestore.googleapis.com/v1/projects/${projectId}/databases/(default)/backupSchedules`;
  return {
    backupRecurrences: async () => new Set((await rest.list(schedules, "backupSchedules")).map(recurrenceOf)),
    async createBackupSchedule(schedule) {
      await rest.call({ method: "POST", url: schedules, body: bodyOf(schedule) });
    },
  };
}

function recurrenceOf({ weeklyRecurrence }: Fields): BackupSchedule["recurrence"] {
  return weeklyRecurrence === undefined ? "daily" : "weekly";
}

function bodyOf(schedule: BackupSchedule): object {
  const retention = `${schedule.retentionSeconds}s`;
  return schedule.recurrence === "daily"
    ? { retention, dailyRecurrence: {} }
    : { retention, weeklyRecurrence: { day: schedule.day } };
}
