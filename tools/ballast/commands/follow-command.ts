// Posts a command with a machine's signature, confirms it where that is asked for, and follows it to its outcome. In a
// dry run says what it would post.
import { randomUUID } from "node:crypto";
import { NEEDS_CONFIRMATION } from "#domain/documents/command.ts";
import { paths } from "#domain/documents/paths.ts";
import type { PostedCommand } from "#schemas/command.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import { functionAddress } from "#tools/target/target.ts";
import { type Machine, type PostedAnswer, postCommand } from "./post-command.ts";

/** A stored command is applied within seconds, by the reconcile schedule at the latest within its minute. */
const OUTCOME_TIMEOUT_MS = 120_000;
const POLL_MS = 500;
const FINAL: ReadonlySet<unknown> = new Set(["DONE", "REFUSED", "EXPIRED"]);

export interface PostOptions {
  readonly machine: string;
  /** The account's name as the operator typed it; it confirms a dangerous command. */
  readonly accountName: string | null;
}

/** Throws when the command was refused, or is still undone at the end of the wait. */
export async function postAndFollow(
  parts: OperatorParts,
  posted: PostedCommand,
  options: PostOptions,
): Promise<void> {
  const { accountId, request } = posted;
  if (NEEDS_CONFIRMATION.has(request.kind) && options.accountName === null)
    throw new Error(`${request.kind} is dangerous: confirm it with --account-name "the account's name"`);
  const base = functionAddress(parts.target, "commands");
  const { environment } = parts.target;
  parts.say(
    `${parts.writes ? "Posting" : "Would post"} to ${base}: ${JSON.stringify({ ...posted, environment })}`,
  );
  if (!parts.writes) return;
  const machine: Machine = { name: options.machine, secret: machineSecret() };
  const post = (path: string, content: object) =>
    postCommand(
      `${base}${path}`,
      machine,
      { key: randomUUID(), content: { ...content, environment } },
      parts.clock.nowMs(),
    );
  const answer = await post("", posted);
  const commandId = accepted(answer);
  if (answer.body.status === "UNCONFIRMED")
    accepted(await post(`/${commandId}/confirm`, { accountId, commandId, accountName: options.accountName }));
  await follow(parts, accountId, commandId);
}

function machineSecret(): string {
  const secret = process.env.BALLAST_MACHINE_SECRET;
  if (secret !== undefined) return secret;
  throw new Error(
    "BALLAST_MACHINE_SECRET is not set: the whsec_ secret of the machine (locally in secrets.json)",
  );
}

function accepted({ status, body }: PostedAnswer): string {
  if (status === 202 && typeof body.commandId === "string") return body.commandId;
  throw new Error(`The command was not taken (${status}): ${JSON.stringify(body)}`);
}

/** Waits for the outcome. Throws when the command was not done. */
async function follow(parts: OperatorParts, accountId: string, commandId: string): Promise<void> {
  const endMs = parts.clock.nowMs() + OUTCOME_TIMEOUT_MS;
  while (parts.clock.nowMs() < endMs) {
    const [snapshot] = await parts.documents.getAll([paths.command(accountId, commandId)]);
    const { status, outcome } = snapshot?.data ?? {};
    if (status === "DONE") return parts.say(`Done: ${String(outcome)}`);
    if (FINAL.has(status)) throw new Error(`${String(status)}: ${String(outcome)}`);
    await parts.clock.sleep(POLL_MS);
  }
  throw new Error(
    `Command ${commandId} is stored and not applied yet; it takes effect when an executor runs`,
  );
}
