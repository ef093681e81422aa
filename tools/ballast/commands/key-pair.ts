// A venue's key pair from the person who has it: out of a file by account, from the standard input, or typed without echo.
// It is held in memory alone; no error here repeats a byte of it.
import { text as textOf } from "node:stream/consumers";
import { isCancel, password } from "@clack/prompts";
import { createFileKeys } from "#adapters/secrets/file-keys.ts";
import { keysOfText } from "#adapters/secrets/key-text.ts";
import type { VenueKeys } from "#ports/secrets.ts";

export interface PairSource {
  /** JSON by account; absent: the standard input, or a person at a terminal. */
  readonly file?: string;
}

/** Throws MissingSecretError for a text that is no pair. */
export async function keyPair(accountId: string, { file }: PairSource): Promise<VenueKeys> {
  if (file !== undefined) {
    const { apiKey, secret } = await createFileKeys(file)(accountId);
    return { apiKey, secret };
  }
  if (process.stdin.isTTY !== true) return keysOfText("The standard input", await textOf(process.stdin));
  return { apiKey: await typed("API key"), secret: await typed("Secret") };
}

async function typed(message: string): Promise<string> {
  const answer = await password({
    message: `${message} (not shown)`,
    mask: "",
    validate: (value) => (value === undefined || value.trim() === "" ? "It is needed" : undefined),
  });
  if (isCancel(answer)) throw new Error("Cancelled; nothing was stored");
  return answer.trim();
}
