// The local stack's stand-in for Secret Manager: one file in the data directory, readable by its owner only. A changed
// secret reaches the functions by the file that the functions emulator reads whenever it starts one.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A function that is given a secret must find one: the emulator would ask Google for it. */
const EMPTY: Readonly<Record<string, string>> = {
  BALLAST_HOOK_SECRETS: "{}",
  BALLAST_MACHINE_SECRETS: "{}",
};

export function storedSecrets(dataDir: string): Readonly<Record<string, string>> {
  try {
    return { ...EMPTY, ...(JSON.parse(readFileSync(fileOf(dataDir), "utf8")) as Record<string, string>) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return EMPTY;
  }
}

export function storeSecret(dataDir: string, name: string, text: string): void {
  mkdirSync(dataDir, { recursive: true });
  writeWhole(fileOf(dataDir), JSON.stringify({ ...storedSecrets(dataDir), [name]: text }, null, 2));
}

/** Adds entries to JSON secrets where they are missing; those that are there stay. */
export function storeMissingEntries(
  dataDir: string,
  entries: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): void {
  for (const [name, seed] of Object.entries(entries)) {
    const present = JSON.parse(storedSecrets(dataDir)[name] ?? "{}") as Record<string, unknown>;
    storeSecret(dataDir, name, JSON.stringify({ ...seed, ...present }));
  }
}

/** The file that the functions emulator reads in place of Secret Manager: `KEY=value` lines. */
export function secretLines(dataDir: string): string {
  return Object.entries(storedSecrets(dataDir))
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
}

/** A function that the emulator starts from now on has every stored secret. */
export function renewSecretLines(dataDir: string): void {
  const folder = join(dataDir, "firebase", "functions");
  if (existsSync(folder)) writeWhole(join(folder, ".secret.local"), secretLines(dataDir));
}

/** Renamed when it is whole: a process may be killed in the middle of writing. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.half`, text, { mode: 0o600 });
  renameSync(`${file}.half`, file);
}

function fileOf(dataDir: string): string {
  return join(dataDir, "secret-manager.json");
}
