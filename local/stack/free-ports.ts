// Whether the stack's ports are free, before anything is started: half a stack that then fails on a port is worse than
// a sentence that names it.
import { createServer } from "node:net";
import { LOCAL_HOST, LOCAL_PORTS, type LocalPart, type LocalPorts } from "#local/ports.ts";

const PART_TITLES: Readonly<Record<LocalPart, string>> = {
  firestore: "Firestore server",
  pubsub: "Pub/Sub server",
  tasks: "Tasks server",
  scheduler: "Scheduler",
  exchange: "Exchange",
  bybit: "Exchange of bybit-linear",
  functions: "Functions emulator",
  hosting: "Dashboard",
  auth: "Auth emulator",
  hub: "firebase-tools hub",
  logging: "firebase-tools logging",
  eventarc: "firebase-tools Eventarc emulator",
  cliTasks: "firebase-tools Tasks emulator",
};

const FIRST_UNPRIVILEGED_PORT = 1_024;
const MAX_PORT = 65_535;

export class PortsTakenError extends Error {
  override readonly name = "PortsTakenError";
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    });
    server.listen(port, LOCAL_HOST, () => server.close(() => resolve(true)));
  });
}

/** The next port that no part of the stack uses. */
function unusedPort(ports: LocalPorts, taken: number): number {
  const used = new Set(Object.values(ports));
  let port = taken;
  while (used.has(port)) port = port === MAX_PORT ? FIRST_UNPRIVILEGED_PORT : port + 1;
  return port;
}

/** Throws PortsTakenError naming every port that is taken or asked for twice, its part and its variable. */
export async function requireFreePorts(ports: LocalPorts): Promise<void> {
  const seen = new Map<number, LocalPart>();
  const faults: string[] = [];
  for (const part of Object.keys(ports) as LocalPart[]) {
    const port = ports[part];
    const variable = LOCAL_PORTS[part].env;
    const other = seen.get(port);
    seen.set(port, part);
    const remedy = `free it, or choose another: ${variable}=${unusedPort(ports, port)} npm start`;
    if (other !== undefined)
      faults.push(
        `port ${port} is meant for two parts, ${PART_TITLES[other]} and ${PART_TITLES[part]}: ${remedy}`,
      );
    else if (!(await isFree(port))) faults.push(`port ${port} (${PART_TITLES[part]}) is taken: ${remedy}`);
  }
  if (faults.length > 0) throw new PortsTakenError(`Cannot start:\n  - ${faults.join("\n  - ")}`);
}
