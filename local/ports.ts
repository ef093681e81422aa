// The local stack's ports, in one place. Each can be overridden by its environment variable; nothing else
// in local/ may hold a port number.
import { USUAL_PORT as FIRESTORE } from "@ballast/local-firestore/default-port.ts";

export const LOCAL_HOST = "127.0.0.1";

/** Default port and overriding variable of every part. Google's own defaults where Google has one. */
export const LOCAL_PORTS = {
  firestore: FIRESTORE,
  pubsub: { env: "BALLAST_PUBSUB_PORT", port: 8085 },
  tasks: { env: "BALLAST_TASKS_PORT", port: 8123 },
  scheduler: { env: "BALLAST_SCHEDULER_PORT", port: 8124 },
  exchange: { env: "BALLAST_EXCHANGE_PORT", port: 8600 },
  /** The same program, in the second venue's words. */
  bybit: { env: "BALLAST_BYBIT_PORT", port: 8601 },
  functions: { env: "BALLAST_FUNCTIONS_PORT", port: 5001 },
  hosting: { env: "BALLAST_HOSTING_PORT", port: 5000 },
  auth: { env: "BALLAST_AUTH_PORT", port: 9099 },
  hub: { env: "BALLAST_HUB_PORT", port: 4400 },
  logging: { env: "BALLAST_LOGGING_PORT", port: 4500 },
  eventarc: { env: "BALLAST_EVENTARC_PORT", port: 9299 },
  cliTasks: { env: "BALLAST_CLI_TASKS_PORT", port: 9499 },
} as const;

export type LocalPart = keyof typeof LOCAL_PORTS;
export type LocalPorts = Readonly<Record<LocalPart, number>>;

/** Ports after overrides. Throws, naming every unusable variable, when one is not a port number. */
export function resolvePorts(env: Readonly<Record<string, string | undefined>>): LocalPorts {
  const faults: string[] = [];
  const entries = Object.entries(LOCAL_PORTS).map(([part, { env: variable, port }]) => {
    const raw = env[variable];
    if (raw === undefined) return [part, port] as const;
    const value = Number(raw);
    if (!Number.isInteger(value) || value < 1 || value > 65_535) {
      faults.push(`${variable}=${raw} is not a port (1-65535)`);
    }
    return [part, value] as const;
  });
  if (faults.length > 0) throw new Error(`Unusable ports: ${faults.join("; ")}`);
  return Object.fromEntries(entries) as LocalPorts;
}
