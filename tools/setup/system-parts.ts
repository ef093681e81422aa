// The parts of setup over the real world: the target's project, its database and users, files of this checkout.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXCHANGE_KEYS } from "#local/stack/secrets.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import { postSigned } from "#tools/target/post-signed.ts";
import { functionAddress, type Target } from "#tools/target/target.ts";
import type { Answers } from "./answers.ts";
import type { CloudProject } from "./cloud-project.ts";
import { keepsakeFile } from "./keepsake-file.ts";
import { localDataDir } from "./local/local-project.ts";
import { usualAddresses } from "./new-account.ts";
import type { Keepsakes, SettingsFile, SetupParts } from "./setup-parts.ts";
import { authUsers } from "./users.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const POST_TIMEOUT_MS = 60_000;

export function keepsakesOf({ localPorts, projectId }: Target): Keepsakes {
  return localPorts === null
    ? keepsakeFile(join(ROOT, ".local", "setup", `${projectId}.json`))
    : keepsakeFile(join(localDataDir(), "setup.json"));
}

export interface Given {
  readonly answers: Answers;
  readonly keepsakes: Keepsakes;
  readonly project: CloudProject;
}

export function setupParts(operator: OperatorParts, { answers, keepsakes, project }: Given): SetupParts {
  const { target, documents, auth, clock } = operator;
  const isLocal = target.localPorts !== null;
  return {
    environment: target.environment,
    projectId: target.projectId,
    answers,
    project,
    documents,
    users: authUsers(auth()),
    keepsakes,
    settingsFile: settingsFile(isLocal ? null : join(ROOT, "functions", `.env.${target.projectId}`)),
    postAlert: ({ id, hookId, body }, secret) =>
      postSigned(
        `${functionAddress(target, "webhook")}/${hookId}`,
        { id, body, secret },
        clock.nowMs(),
        POST_TIMEOUT_MS,
      ),
    venueKeys: () => venueKeys(answers, isLocal),
    hookAddresses: usualAddresses(target),
    nowMs: () => clock.nowMs(),
    sleep: (durationMs) => clock.sleep(durationMs),
    random: randomBytes,
  };
}

function settingsFile(path: string | null): SettingsFile {
  return {
    path,
    text: () => (path !== null && existsSync(path) ? readFileSync(path, "utf8") : null),
    write(text) {
      if (path === null) throw new Error("The local stack makes its own settings");
      writeFileSync(path, text);
    },
  };
}

function venueKeys({ keysFile, accountId }: Answers, isLocal: boolean): object | null {
  if (keysFile === "") return isLocal ? EXCHANGE_KEYS : null;
  const all = JSON.parse(readFileSync(keysFile, "utf8")) as Readonly<Record<string, object>>;
  return all[accountId] ?? null;
}
