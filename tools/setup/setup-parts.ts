// All that the steps of setup stand on. Each is a port, so that setup runs over Google, over the local stack, and in tests
// over recorded answers.
import type { Environment } from "#domain/documents/account.ts";
import type { RandomBytes } from "#domain/signal/new-secrets.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { TextAnswer } from "#tools/target/post-signed.ts";
import type { Answers } from "./answers.ts";
import type { CloudProject } from "./cloud-project.ts";
import type { Users } from "./users.ts";

/** Values that setup made and people will want to see again, readable by their owner only. */
export interface Keepsakes {
  get(name: string): string | null;
  put(name: string, text: string): void;
}

/** `functions/.env.<projectId>`, which `firebase deploy` sends along. */
export interface SettingsFile {
  /** Null on the local stack, which makes its own. */
  readonly path: string | null;
  text(): string | null;
  write(text: string): void;
}

interface SignedAlert {
  /** Of the sender: a repetition under the same id is the same alert. */
  readonly id: string;
  readonly hookId: string;
  readonly body: string;
}

export interface SetupParts {
  readonly environment: Environment;
  readonly projectId: string;
  readonly answers: Answers;
  readonly project: CloudProject;
  readonly documents: DocumentPort;
  readonly users: Users;
  readonly keepsakes: Keepsakes;
  readonly settingsFile: SettingsFile;
  /** Posts to the deployed webhook; the answer's status and text. */
  readonly postAlert: (alert: SignedAlert, secret: string) => Promise<TextAnswer>;
  /** The account's keys at the paper venue; null: none were given. */
  readonly venueKeys: () => object | null;
  /** Addresses that a hook with a token takes alerts from. */
  readonly hookAddresses: readonly string[];
  readonly nowMs: () => number;
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly random: RandomBytes;
}
