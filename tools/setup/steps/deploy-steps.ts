// Rules, indexes and expiry before the functions, and these with their settings last: a schedule that fires before the
// label exists, or a query without its index, would only make noise.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FUNCTIONS } from "#entry/options.ts";
import { USUAL_PAPER_ORIGINS } from "../answers.ts";
import { type IndexFile, settingsFor, ttlFieldsOf } from "../plan.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

export function policies({ project }: SetupParts): Step {
  const file = JSON.parse(readFileSync(join(ROOT, "firestore.indexes.json"), "utf8")) as IndexFile;
  const ttl = ttlFieldsOf(file);
  const indexes = `security rules, and ${file.indexes.length} composite indexes`;
  return {
    name: "rules, indexes and expiry",
    needs: ["database"],
    wants: [indexes, `expiry of ${ttl.join(", ")}`],
    async missing() {
      const [count, present] = [await project.indexCount(), await project.ttlFields()];
      const noExpiry = ttl.filter((each) => !present.has(each));
      return [
        ...(count < file.indexes.length ? [indexes] : []),
        ...(noExpiry.length > 0 ? [`expiry of ${noExpiry.join(", ")}`] : []),
      ];
    },
    apply: () => project.deploy(["firestore"]),
  };
}

export function settings({ project, settingsFile, answers, environment, projectId }: SetupParts): Step {
  const { path } = settingsFile;
  const { venue, paperVenueOrigin, notifierUrl } = answers;
  const text = async (): Promise<string> => {
    const notifier = notifierUrl === "" ? null : notifierUrl;
    const projectNumber = await project.projectNumber();
    const paperOrigins = { ...USUAL_PAPER_ORIGINS, [venue]: paperVenueOrigin };
    const given = { environment, projectId, projectNumber, paperOrigins, notifierUrl: notifier };
    const lines = Object.entries(settingsFor(given)).map(([name, value]) => `${name}=${value}\n`);
    return [...lines, ...keptLines(settingsFile.text())].join("");
  };
  const wants = path === null ? [] : [`${path}: every setting of the functions that is no secret`];
  return {
    name: "settings",
    needs: ["APIs"],
    wants,
    missing: async () => (path === null || settingsFile.text() === (await text()) ? [] : wants),
    apply: async () => settingsFile.write(await text()),
  };
}

/** Whether keys are sealed was decided after setup, with the runbook: it stays. */
function keptLines(text: string | null): readonly string[] {
  return (text ?? "")
    .split("\n")
    .flatMap((line) => (line.startsWith("BALLAST_KMS_KEY=") ? [`${line}\n`] : []));
}

export function functions({ project }: SetupParts): Step {
  const names = Object.keys(FUNCTIONS);
  return {
    name: "functions and page",
    needs: ["APIs", "database"],
    wants: names,
    async missing() {
      const deployed = await project.deployedFunctions();
      return names.filter((name) => !deployed.has(name));
    },
    apply: () => project.deploy(["functions", "hosting"]),
  };
}
