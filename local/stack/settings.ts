// Every name and address of the local stack that more than one part needs, and the environment its processes get.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { VenueId } from "#domain/documents/account.ts";
import { REGION } from "#entry/options.ts";
import { LOCAL_HOST, LOCAL_PORTS, type LocalPart, type LocalPorts } from "#local/ports.ts";
import { RUN_ID_VARIABLE } from "./process-table.ts";

/** A `demo-` project can never reach Google: firebase-tools and the SDKs refuse. */
export const PROJECT_ID = "demo-ballast";
/** Where the functions say they are deployed: it is part of their local addresses too. */
export const LOCATION = REGION;
export const ACCOUNT_ID = "main";
export const OPERATOR = { uid: "operator", email: "operator@ballast.local", password: "ballast-local" };
export const DIRECT_HOOK_ID = "tradingview-main";
export const SIGNED_HOOK_ID = "signed-main";
/** May post commands for the account, signed. */
export const MACHINE = "bot";

export interface StackSettings {
  readonly root: string;
  readonly dataDir: string;
  readonly ports: LocalPorts;
  readonly runId: string;
}

export function origin(ports: LocalPorts, part: LocalPart): string {
  return `http://${LOCAL_HOST}:${ports[part]}`;
}

/** Where this stack's paper accounts trade. */
export function localPaperOrigins(ports: LocalPorts): Readonly<Record<VenueId, string>> {
  return { "binance-usdm": origin(ports, "exchange"), "bybit-linear": origin(ports, "bybit") };
}

export function functionsBaseUrl(ports: LocalPorts): string {
  return `${origin(ports, "functions")}/${PROJECT_ID}/${LOCATION}`;
}

/** The file that holds the venue keys of this stack's accounts. */
export function venueKeysFile(dataDir: string): string {
  return join(dataDir, "venue-keys.json");
}

/** The key of this machine that wraps sealed venue keys. Where it is there, envelopes count and that file does not. */
export function wrappingKeyFile(dataDir: string): string {
  return join(dataDir, "wrapping-key");
}

export function localWrappingKey(dataDir: string): string | null {
  const file = wrappingKeyFile(dataDir);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/** Settings of the functions, as functions/src/config.ts reads them; secrets come by their own way. */
export function functionSettings(ports: LocalPorts, dataDir: string): Readonly<Record<string, string>> {
  const wrappingKey = localWrappingKey(dataDir);
  const paperOrigins = localPaperOrigins(ports);
  return {
    BALLAST_ENVIRONMENT: "local",
    BALLAST_STAMPS: "all",
    BALLAST_LOCATION: LOCATION,
    BALLAST_PAPER_VENUE_ORIGIN: paperOrigins["binance-usdm"],
    BALLAST_PAPER_BYBIT_ORIGIN: paperOrigins["bybit-linear"],
    BALLAST_TASKS_ENDPOINT: `${LOCAL_HOST}:${ports.tasks}`,
    BALLAST_TASK_TARGET_ORIGIN: functionsBaseUrl(ports),
    ...(wrappingKey === null
      ? { BALLAST_VENUE_KEYS_FILE: venueKeysFile(dataDir) }
      : { BALLAST_LOCAL_WRAPPING_KEY: wrappingKey }),
  };
}

/** The variables that lead Google's own libraries to this stack only. */
export function clientSettings(ports: LocalPorts): Readonly<Record<string, string>> {
  return {
    GCLOUD_PROJECT: PROJECT_ID,
    GOOGLE_CLOUD_PROJECT: PROJECT_ID,
    FIRESTORE_EMULATOR_HOST: `${LOCAL_HOST}:${ports.firestore}`,
    FIREBASE_AUTH_EMULATOR_HOST: `${LOCAL_HOST}:${ports.auth}`,
    PUBSUB_EMULATOR_HOST: `${LOCAL_HOST}:${ports.pubsub}`,
    METADATA_SERVER_DETECTION: "none",
  };
}

/** Variables of Google's tools in the caller's shell that would lead a part away from this stack. */
const FOREIGN_VARIABLE =
  /^(GOOGLE_APPLICATION_CREDENTIALS|GOOGLE_CLOUD_|GCLOUD_|FIREBASE_|FIRESTORE_|PUBSUB_|CLOUD_TASKS_|FUNCTIONS_|BALLAST_|CI$)/;

/** The environment of every part: the caller's without foreign addresses, then this stack's. */
export function partEnvironment(settings: StackSettings): Readonly<Record<string, string | undefined>> {
  const { root, dataDir, ports, runId } = settings;
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN_VARIABLE.test(name));
  const portSettings = (Object.keys(ports) as LocalPart[]).map((part) => [
    LOCAL_PORTS[part].env,
    String(ports[part]),
  ]);
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(portSettings),
    ...functionSettings(ports, dataDir),
    ...clientSettings(ports),
    // firebase-tools starts `node` and scripts that name it: it must be the one that the project carries.
    PATH: [join(root, "node_modules", ".bin"), process.env.PATH].filter(Boolean).join(delimiter),
    NODE_ENV: "development",
    BALLAST_LOCAL_DATA_DIR: dataDir,
    [RUN_ID_VARIABLE]: runId,
  };
}
