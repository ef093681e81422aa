// Google's own Firestore and Pub/Sub emulators in place of the built-in servers (`--official`). They are Java programs
// that firebase-tools downloads; this only finds out whether they can run, and says what is missing.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** firebase-tools 15 refuses older ones. */
const OLDEST_JAVA_MAJOR = 21;
const DOWNLOADS = [
  { title: "Firestore emulator", setup: "firestore", pattern: /^cloud-firestore-emulator-.*\.jar$/ },
  { title: "Pub/Sub emulator", setup: "pubsub", pattern: /^pubsub-emulator-/ },
];

export class OfficialEmulatorsMissingError extends Error {
  override readonly name = "OfficialEmulatorsMissingError";
}

/** Major version of the `java` on PATH; null when there is none that says its version. */
function javaMajor(): number | null {
  const said = spawnSync("java", ["-version"], { encoding: "utf8" });
  const major = /version "(\d+)/.exec(`${said.stderr}${said.stdout}`)?.[1];
  return major === undefined ? null : Number(major);
}

/** Where firebase-tools keeps what it downloads. */
function downloadFolder(): string {
  return process.env.FIREBASE_EMULATORS_PATH ?? join(homedir(), ".cache", "firebase", "emulators");
}

/** Throws OfficialEmulatorsMissingError naming everything that is missing and how to get it. */
export function requireOfficialEmulators(): void {
  const faults: string[] = [];
  const java = javaMajor();
  if (java === null || java < OLDEST_JAVA_MAJOR) {
    const found = java === null ? "none was found" : `version ${java} was found`;
    faults.push(`Java ${OLDEST_JAVA_MAJOR} or later is needed on PATH, ${found}`);
  }
  const folder = downloadFolder();
  const downloaded = existsSync(folder) ? readdirSync(folder) : [];
  for (const { title, setup, pattern } of DOWNLOADS)
    if (!downloaded.some((name) => pattern.test(name)))
      faults.push(`Google's ${title} is not in ${folder}: npx firebase setup:emulators:${setup}`);
  if (faults.length === 0) return;
  throw new OfficialEmulatorsMissingError(
    `--official cannot be used:\n  - ${faults.join("\n  - ")}\nWithout --official the built-in servers are used.`,
  );
}
