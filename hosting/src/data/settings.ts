// The project's settings, from the address that served this page; nothing about a project is built in. Only a page
// served from this machine may be pointed at a local stack, so no file on a public host can redirect it.
import { number, ShapeFault, shape, text } from "./shape.ts";

interface ProjectSettings {
  readonly projectId: string;
  readonly apiKey: string;
}

/** `/local.json`, written by the local stack's supervisor. */
export interface LocalStack {
  readonly firestore: { readonly host: string; readonly port: number };
  readonly auth: { readonly url: string };
}

export interface Settings {
  readonly project: ProjectSettings;
  /** Null anywhere but on this machine. */
  readonly local: LocalStack | null;
}

/** The page cannot work here; `remedy` says what to do. */
export class SettingsFault extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, cause: unknown) {
    super(message, { cause });
    this.name = "SettingsFault";
    this.remedy = remedy;
  }
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

const projectReader = shape<ProjectSettings>({ projectId: text, apiKey: text });
const localReader = shape<LocalStack>({
  firestore: shape<LocalStack["firestore"]>({ host: text, port: number }),
  auth: shape<LocalStack["auth"]>({ url: text }),
});

async function fetchJson(path: string, remedy: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { cache: "no-store" });
  } catch (cause) {
    throw new SettingsFault(
      "The server that hosts this page cannot be reached.",
      "Check the network, then reload.",
      cause,
    );
  }
  try {
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } catch (cause) {
    throw new SettingsFault(`${path} is not served here (${String(cause)}).`, remedy, cause);
  }
}

/** Reads the settings. Throws SettingsFault with the remedy when they are missing or unusable. */
export async function loadSettings(hostname: string): Promise<Settings> {
  const onThisMachine = isLoopback(hostname);
  const remedy = onThisMachine
    ? "Start the stack with “npm start” and open the address it prints."
    : "Serve this page with Firebase Hosting: “firebase deploy --only hosting”.";
  const [project, local] = await Promise.all([
    fetchJson("/__/firebase/init.json", remedy),
    onThisMachine ? fetchJson("/local.json", remedy) : null,
  ]);
  try {
    return { project: projectReader(project, ""), local: local === null ? null : localReader(local, "") };
  } catch (cause) {
    if (!(cause instanceof ShapeFault)) throw cause;
    throw new SettingsFault(`The project’s settings are unusable: ${cause.message}.`, remedy, cause);
  }
}
