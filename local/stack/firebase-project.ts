// The folder that firebase-tools runs in: the project's firebase.json with this run's ports, the built
// functions with local secrets beside them, the built dashboard with this stack's addresses. Written anew at
// every start and outside the sources, so that two stacks of one checkout share nothing.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOCAL_HOST, type LocalPorts, resolvePorts } from "#local/ports.ts";
import { type HostingConfig, localHosting } from "./hosting-config.ts";
import { secretLines } from "./secret-store.ts";
import { functionSettings, origin, PROJECT_ID, type StackSettings } from "./settings.ts";

interface FirebaseJson {
  readonly functions: readonly Readonly<Record<string, unknown>>[];
  readonly hosting: HostingConfig;
  readonly emulators: Readonly<Record<string, unknown>>;
}

function emulatorPorts(ports: LocalPorts): Readonly<Record<string, unknown>> {
  const at = (port: number) => ({ host: LOCAL_HOST, port });
  return {
    functions: at(ports.functions),
    firestore: at(ports.firestore),
    pubsub: at(ports.pubsub),
    auth: at(ports.auth),
    hosting: at(ports.hosting),
    hub: at(ports.hub),
    logging: at(ports.logging),
    eventarc: at(ports.eventarc),
    tasks: at(ports.cliTasks),
    ui: { enabled: false },
    singleProjectMode: true,
  };
}

function environmentLines(ports: LocalPorts, dataDir: string): string {
  return Object.entries(functionSettings(ports, dataDir))
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

function writeFunctions({ root, ports, dataDir }: StackSettings, folder: string, secrets: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  cpSync(join(root, "functions", "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "functions", "dist"), join(folder, "dist"));
  // firebase-tools insists on finding both SDKs from here, although the built file needs neither.
  for (const name of ["firebase-functions", "firebase-admin"])
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  writeFileSync(join(folder, ".secret.local"), secrets, { mode: 0o600 });
  writeFileSync(join(folder, ".env.local"), environmentLines(ports, dataDir));
}

/** For the dashboard: where this stack's Firestore and Auth are. Served from this machine only. */
function localAddresses(ports: LocalPorts): string {
  return JSON.stringify({
    firestore: { host: LOCAL_HOST, port: ports.firestore },
    auth: { url: origin(ports, "auth") },
  });
}

/** Writes the folder and returns its path. Needs the builds of functions and dashboard. */
export function writeFirebaseProject(settings: StackSettings): string {
  const { root, dataDir, ports } = settings;
  const folder = join(dataDir, "firebase");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFunctions(settings, join(folder, "functions"), secretLines(dataDir));
  cpSync(join(root, "hosting", "dist"), join(folder, "hosting", "dist"), { recursive: true });
  writeFileSync(join(folder, "hosting", "dist", "local.json"), localAddresses(ports));
  for (const name of ["firestore.rules", "firestore.indexes.json"])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name));
  const firebaseJson = JSON.parse(readFileSync(join(root, "firebase.json"), "utf8")) as FirebaseJson;
  // `local.json` is kept from being deployed; here it is what the dashboard needs first.
  const hosting = { ...localHosting(firebaseJson.hosting), ignore: ["firebase.json"] };
  const config = { ...firebaseJson, hosting, emulators: emulatorPorts(ports) };
  writeFileSync(join(folder, "firebase.json"), JSON.stringify(config, null, 2));
  writeFileSync(join(folder, ".firebaserc"), JSON.stringify({ projects: { default: PROJECT_ID } }));
  return folder;
}

/**
 * The files that a plain `firebase emulators:start --config firebase.local.json` in the checkout needs besides the
 * builds; on the standard ports.
 */
export function writePlainProject({ root, dataDir }: StackSettings): void {
  const secrets = secretLines(dataDir);
  const ports = resolvePorts({});
  writeFileSync(join(root, "functions", ".secret.local"), secrets, { mode: 0o600 });
  writeFileSync(join(root, "functions", `.env.${PROJECT_ID}`), environmentLines(ports, dataDir));
  writeFileSync(join(root, "hosting", "dist", "local.json"), localAddresses(ports));
  const firebaseJson = JSON.parse(readFileSync(join(root, "firebase.json"), "utf8")) as FirebaseJson;
  const config = { ...firebaseJson, hosting: localHosting(firebaseJson.hosting) };
  writeFileSync(join(root, "firebase.local.json"), JSON.stringify(config, null, 2));
}
