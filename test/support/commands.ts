// Commands for tests: as they are stored, and the whole endpoint over a test's world, with senders that carry a token
// or sign as theirs would.
import { createHmac } from "node:crypto";
import type { Command, CommandRequest } from "#domain/documents/command.ts";
import { paths } from "#domain/documents/paths.ts";
import type { CommandTarget } from "#functions/app/commands/call.ts";
import type { CommandAnswer } from "#functions/app/commands/command-answer.ts";
import { executeCommands } from "#functions/app/commands/execute-commands.ts";
import type { ReceiveCommand } from "#functions/app/commands/receive-command.ts";
import { AuthError, type Authenticator, type SignedInUser } from "#ports/authenticator.ts";
import { type DocumentPort, DocumentUnavailableError } from "#ports/documents.ts";
import type { MachineSecrets } from "#ports/secrets.ts";
import { NOW_MS } from "./factories.ts";
import { createMemorySecrets } from "./memory/secrets.ts";
import { ACCOUNT, type Instance, profile, type World } from "./world.ts";

export function command(overrides: Partial<Command> = {}): Command {
  return {
    commandId: "command-1",
    accountId: "main",
    sequence: 1,
    request: { kind: "stop" },
    reason: "because",
    actor: "anna",
    confirmedBy: null,
    byOperator: true,
    status: "STORED",
    receivedAtMs: NOW_MS - 1_000,
    expiresAtMs: NOW_MS + 60_000,
    outcome: null,
    denial: null,
    offset: null,
    endedAtMs: null,
    ...overrides,
  };
}

export const OPERATOR_TOKEN = "operator-token";
export const MACHINE = "bot";
export const MACHINE_SECRET = Buffer.from("a machine's secret of 32 bytes..").toString("base64");

const user = (userId: string, role: string | null, given: Partial<SignedInUser> = {}): SignedInUser => ({
  userId,
  role,
  accounts: [ACCOUNT],
  // Of a world's first hour, and never too long ago for it.
  signedInAtMs: NOW_MS + 365 * 86_400_000,
  hasSecondFactor: false,
  ...given,
});

const USERS: Readonly<Record<string, SignedInUser>> = {
  [OPERATOR_TOKEN]: user("anna", "operator", { accounts: [] }),
  "second-operator-token": user("otto", "operator", { accounts: [] }),
  "old-sign-in-token": user("anna", "operator", { accounts: [], signedInAtMs: 0 }),
  "two-factor-token": user("anna", "operator", { accounts: [], hasSecondFactor: true }),
  "trader-token": user("tom", "trader"),
  "other-trader-token": user("olga", "trader", { accounts: ["other"] }),
  "viewer-token": user("vera", "viewer"),
  "claimless-token": user("carl", null),
};

/** The entry of the machine that tests sign as: a person's own, where nothing else is said. */
export function machineEntry(given: Partial<MachineSecrets> = {}): MachineSecrets {
  const secrets = { signingSecrets: [MACHINE_SECRET], accounts: [ACCOUNT] };
  return { ...secrets, role: "operator", commands: [], ...given };
}

/** `unreachable-token` is one whose issuer does not answer. */
export const memoryAuthenticator: Authenticator = {
  async verify(token) {
    if (token === "unreachable-token") throw new AuthError("no answer");
    return Object.hasOwn(USERS, token) ? (USERS[token] ?? null) : null;
  },
};

export interface CommandPost {
  readonly receive: ReceiveCommand;
  /** Posts as the operator, unless told otherwise. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<CommandAnswer>;
  /** Posts a request for the account with a reason. */
  order(request: CommandRequest, headers?: Readonly<Record<string, string>>): Promise<CommandAnswer>;
  confirm(commandId: string, accountName?: string): Promise<CommandAnswer>;
  to(
    target: CommandTarget,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<CommandAnswer>;
  commands(): readonly Command[];
}

/** An endpoint that only stores: what waits cannot be read, as in a request that dies behind its first commit. */
export function createStoringPost(world: World): CommandPost {
  return createCommandPost(world, {
    ...world.documents,
    getAll: (wanted) => world.documents.getAll(wanted),
    commit: (writes) => world.documents.commit(writes),
    query: async (query) => {
      if (query.collection === paths.commands(ACCOUNT)) throw new DocumentUnavailableError("no answer", null);
      return await world.documents.query(query);
    },
  });
}

export function createCommandPost(world: World, documents: DocumentPort = world.documents): CommandPost {
  const machines = { [MACHINE]: machineEntry() };
  const { receiveCommand: receive } = world.instance("commands", {
    documents,
    authenticator: memoryAuthenticator,
    secrets: createMemorySecrets({}, {}, machines),
  }).duties;
  const asOperator = { authorization: `Bearer ${OPERATOR_TOKEN}` };
  const to: CommandPost["to"] = (target, body, headers = asOperator) =>
    receive({
      target,
      headers,
      rawBody: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    });
  const post: CommandPost["post"] = (body, headers) => to({ kind: "post" }, body, headers);
  return {
    receive,
    to,
    post,
    order: (request, headers) => post({ accountId: ACCOUNT, request, reason: "because" }, headers),
    confirm: (commandId, accountName = profile.name) =>
      to({ kind: "confirm", commandId }, { accountId: ACCOUNT, commandId, accountName }),
    commands: () => world.under<Command>(paths.commands(ACCOUNT)),
  };
}

/** Delivers what waits on topic `commands` to an instance. */
export async function deliverCommands(world: World, instance: Instance): Promise<void> {
  for (const [place, { payload }] of world.bus.take("commands").entries()) {
    const messageId = `command-message-${world.clock.nowMs()}-${place}`;
    await executeCommands(instance, {
      messageId,
      topic: "commands",
      publishedAtMs: world.clock.nowMs(),
      payload,
      attributes: {},
    });
  }
}

/** A machine's headers over a body. */
export function signedHeaders(
  body: string,
  atMs: number,
  { id = "webhook-1", machine = MACHINE, secret = MACHINE_SECRET } = {},
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const mac = createHmac("sha256", Buffer.from(secret, "base64")).update(`${id}.${timestamp}.${body}`);
  return {
    "ballast-machine": machine,
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${mac.digest("base64")}`,
  };
}
