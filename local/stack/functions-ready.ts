// Whether the functions emulator really serves the functions, and a run of a schedule on demand. firebase-tools calls
// itself ready also when it could not load a single function.
import { setTimeout as sleep } from "node:timers/promises";
import { readBackends } from "#local/functions-emulator/functions-backends.ts";
import type { LocalPorts } from "#local/ports.ts";
import { functionsBaseUrl, LOCATION, origin } from "./settings.ts";

const POLL_MS = 200;
const LOAD_TIMEOUT_MS = 60_000;

/** A webhook is posted to; it says so to everything else. */
const METHOD_NOT_ALLOWED = 405;

class FunctionsError extends Error {
  override readonly name = "FunctionsError";
}

/** As fetch; a request without an answer rejects with FunctionsError, which names it and why (fetch says "fetch failed"). */
async function asked(wish: string, url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FunctionsError(`${wish} got no answer from ${url}: ${why}. Its part's log says more`, {
      cause: error,
    });
  }
}

async function servedNames(ports: LocalPorts): Promise<readonly string[]> {
  const response = await asked("The list of functions", `${origin(ports, "functions")}/backends`);
  return readBackends(await response.json())
    .filter(({ region }) => region === LOCATION)
    .map(({ name }) => name);
}

/** Resolves when every named function is served. Rejects with FunctionsError naming those that are not. */
export async function waitForFunctions(ports: LocalPorts, names: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + LOAD_TIMEOUT_MS;
  for (;;) {
    const served = await servedNames(ports);
    const missing = names.filter((name) => !served.includes(name));
    if (missing.length === 0) return;
    if (performance.now() > deadlineMs)
      throw new FunctionsError(
        `The functions emulator serves [${served.join(", ")}] in ${LOCATION}, but not ${missing.join(", ")}`,
      );
    await sleep(POLL_MS);
  }
}

/** Starts the webhook's process with a request that stores nothing, so that the first alert finds it running. */
export async function warmWebhook(ports: LocalPorts): Promise<void> {
  const response = await asked("The webhook", `${functionsBaseUrl(ports)}/webhook`);
  if (response.status !== METHOD_NOT_ALLOWED)
    throw new FunctionsError(`The webhook answered a GET with ${response.status}: ${await response.text()}`);
}

/** Runs a schedule now and resolves when it has succeeded. Rejects with FunctionsError holding the report. */
export async function runSchedule(ports: LocalPorts, name: string): Promise<void> {
  const response = await asked(`The schedule ${name}`, `${origin(ports, "scheduler")}/fire/${name}`, {
    method: "POST",
  });
  if (!response.ok) throw new FunctionsError(`The schedule ${name} failed: ${await response.text()}`);
}
