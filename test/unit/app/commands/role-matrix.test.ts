// Every cell of the table of commands against the function that takes them: role by command by account, posted and
// confirmed. And what a command that lets more through takes besides: a recent sign-in, a second factor, a second person.
// Proves: domain/command/role-table.ts, app/commands/judge-sender.ts, app/commands/authenticate-caller.ts
import { beforeEach, describe, expect, it } from "vitest";
import {
  COMMAND_KINDS,
  COMMAND_TABLE,
  COMMANDS_OF_A_MACHINE,
  type CommandRole,
  SIGN_IN_FRESH_MS,
} from "#domain/command/role-table.ts";
import { type CommandKind, type CommandRequest, NEEDS_CONFIRMATION } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import { paths } from "#domain/documents/paths.ts";
import { COMMAND_ROLES, LOOSENING_COMMANDS } from "#domain/documents/words.ts";
import type { SignedInUser } from "#ports/authenticator.ts";
import type { MachineSecrets } from "#ports/secrets.ts";
import { MACHINE, machineEntry, signedHeaders } from "#test/support/commands.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { ACCOUNT, configWith, createWorld, profile, type World } from "#test/support/world.ts";

const OTHER = "other";
const config = configWith();

const REQUESTS: Readonly<Record<CommandKind, CommandRequest>> = {
  stop: { kind: "stop" },
  pause: { kind: "pause" },
  flatten: { kind: "flatten" },
  start: { kind: "start", horizonAtMs: null, stopLossNavUsd: null },
  resume: { kind: "resume" },
  set_stoploss: { kind: "set_stoploss", stopLossNavUsd: null },
  set_horizon: { kind: "set_horizon", horizonAtMs: null },
  clear_cooldown: { kind: "clear_cooldown", symbol: null },
  ack_alert: { kind: "ack_alert", alertId: "a".repeat(32) },
  drop_queued: { kind: "drop_queued", intentId: "a".repeat(32) },
  promote_queued: { kind: "promote_queued", intentId: "a".repeat(32) },
  close_position: { kind: "close_position", groupId: "a".repeat(32), shareBps: 10_000 },
  move_stop: { kind: "move_stop", groupId: "a".repeat(32), stop: { kind: "bps", bps: 100 } },
  set_take_profits: { kind: "set_take_profits", groupId: "a".repeat(32), takeProfits: [] },
  cancel_exit: { kind: "cancel_exit", groupId: "a".repeat(32), leg: { kind: "trailing" } },
  adopt_position: { kind: "adopt_position", symbol: "BTCUSDT", side: "long", qtyBase: "1", plan: null },
  preview_offset: { kind: "preview_offset" },
  start_offset: { kind: "start_offset" },
  set_config: { kind: "set_config", baseVersion: 1, config },
};

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

/** A signed-in user of a role, or a machine by its entry. */
type Sender = { readonly user: Partial<SignedInUser> } | { readonly machine: Partial<MachineSecrets> };

function sends(sender: Sender, userId = "anna") {
  const user: SignedInUser = {
    userId,
    role: null,
    accounts: [ACCOUNT],
    signedInAtMs: world.clock.nowMs(),
    hasSecondFactor: false,
    ...("user" in sender ? sender.user : {}),
  };
  const entry = machineEntry({ role: "machine", ...("machine" in sender ? sender.machine : {}) });
  const { receiveCommand } = world.instance("commands", {
    authenticator: { verify: async () => ("user" in sender ? user : null) },
    secrets: createMemorySecrets({}, {}, "machine" in sender ? { [MACHINE]: entry } : {}),
  }).duties;
  let posts = 0;
  const call = async (target: Parameters<typeof receiveCommand>[0]["target"], payload: object) => {
    posts += 1;
    const body = JSON.stringify({ environment: "test", ...payload });
    const id = `${userId}-${posts}`;
    const headers =
      "user" in sender ? { authorization: "Bearer token" } : signedHeaders(body, world.clock.nowMs(), { id });
    const { status, body: given } = await receiveCommand({ target, headers, rawBody: Buffer.from(body) });
    return { status, code: given.code, commandId: given.commandId ?? "none" };
  };
  return {
    post: (kind: CommandKind, accountId = ACCOUNT) =>
      call({ kind: "post" }, { accountId, request: REQUESTS[kind], reason: "because" }),
    confirm: (commandId: string) =>
      call({ kind: "confirm", commandId }, { accountId: ACCOUNT, commandId, accountName: profile.name }),
    compare: () => call({ kind: "shadow" }, { accountId: ACCOUNT, config, limit: 1 }),
  };
}

/** A machine's entry lists everything here, so that the table alone decides. */
function senderOf(role: CommandRole): Sender {
  return role === "machine" ? { machine: { commands: COMMAND_KINDS } } : { user: { role } };
}

const CELLS = COMMAND_ROLES.flatMap((role) => COMMAND_KINDS.map((kind) => [role, kind] as const));
const accepted = (kind: CommandKind) => (NEEDS_CONFIRMATION.has(kind) ? "CONFIRMATION_NEEDED" : "ACCEPTED");

describe("the table of commands", () => {
  it.each(CELLS)("%s: %s", async (role, kind) => {
    const { status, code } = await sends(senderOf(role)).post(kind);
    const may = COMMAND_TABLE[kind][role] !== "no";
    const refused = role === "viewer" ? "ACCOUNT_NOT_ALLOWED" : "COMMAND_NOT_ALLOWED";
    expect([status, code]).toEqual(may ? [202, accepted(kind)] : [403, refused]);
    expect(world.under(paths.commands(ACCOUNT))).toHaveLength(may ? 1 : 0);
  });

  it.each(CELLS)("%s: confirms %s only where it may post it", async (role, kind) => {
    if (!NEEDS_CONFIRMATION.has(kind)) return;
    const { commandId } = await sends({ user: { role: "operator" } }, "poster").post(kind);
    const { status } = await sends(senderOf(role)).confirm(commandId);
    expect(status).toBe(COMMAND_TABLE[kind][role] === "no" ? 403 : 202);
  });

  it.each(CELLS)("%s: no account but its own: %s", async (role, kind) => {
    const sender = role === "operator" ? { machine: { role } } : senderOf(role);
    expect((await sends(sender).post(kind, OTHER)).code).toBe("ACCOUNT_NOT_ALLOWED");
  });

  it.each(COMMAND_KINDS)(
    "a machine whose entry lists nothing may only make trading stricter: %s",
    async (kind) => {
      const { status } = await sends({ machine: { commands: COMMANDS_OF_A_MACHINE } }).post(kind);
      expect(status).toBe(["stop", "pause", "flatten"].includes(kind) ? 202 : 403);
    },
  );

  it.each(COMMAND_ROLES)("%s: compare configs", async (role) => {
    const { status } = await sends(senderOf(role)).compare();
    expect(status).toBe(COMMAND_TABLE["compare configs"][role] === "yes" ? 200 : 403);
  });
});

describe("a person who signed in long ago", () => {
  it.each(COMMAND_KINDS)(
    "lets nothing more through, and is not kept from anything else: %s",
    async (kind) => {
      const user = { role: "operator", signedInAtMs: world.clock.nowMs() - SIGN_IN_FRESH_MS - 1 };
      const { code } = await sends({ user }).post(kind);
      expect(code).toBe(LOOSENING_COMMANDS.some((each) => each === kind) ? "SIGN_IN_AGAIN" : accepted(kind));
    },
  );

  it("does not confirm what lets more through", async () => {
    const { commandId } = await sends({ user: { role: "operator" } }).post("resume");
    const user = { role: "operator", signedInAtMs: world.clock.nowMs() - SIGN_IN_FRESH_MS - 1 };
    expect((await sends({ user }).confirm(commandId)).code).toBe("SIGN_IN_AGAIN");
    user.signedInAtMs += 1;
    expect((await sends({ user }).confirm(commandId)).code).toBe("ACCEPTED");
  });
});

async function withConfig(changes: Partial<AccountConfig>): Promise<void> {
  world = await createWorld({ config: changes });
}

describe("a config that asks for a second person", () => {
  beforeEach(() => withConfig({ confirmation: { bySecondPerson: ["resume"], withSecondFactor: [] } }));
  const operator: Sender = { user: { role: "operator" } };

  it("gets one: the poster's own confirmation has no effect, another's has", async () => {
    const { commandId } = await sends(operator).post("resume");
    expect((await sends(operator).confirm(commandId)).code).toBe("SECOND_PERSON_NEEDED");
    expect(world.read(paths.command(ACCOUNT, commandId))).toMatchObject({ status: "UNCONFIRMED" });
    expect((await sends(operator, "otto").confirm(commandId)).code).toBe("ACCEPTED");
    expect(world.read(paths.command(ACCOUNT, commandId))).toMatchObject({ confirmedBy: "otto" });
  });

  it("takes no machine for a person, whichever of the two it is", async () => {
    const machine: Sender = { machine: { role: "operator" } };
    const byMachine = await sends(machine).post("resume");
    expect((await sends(operator).confirm(byMachine.commandId)).code).toBe("SECOND_PERSON_NEEDED");
    const byPerson = await sends(operator).post("resume");
    expect((await sends(machine, "m").confirm(byPerson.commandId)).code).toBe("SECOND_PERSON_NEEDED");
  });

  it.each(["flatten", "start"] as const)("asks for none for %s, which it does not name", async (kind) => {
    const { commandId } = await sends(operator).post(kind);
    expect((await sends(operator).confirm(commandId)).code).toBe("ACCEPTED");
  });
});

describe("a config that asks for a second factor", () => {
  beforeEach(() => withConfig({ confirmation: { bySecondPerson: [], withSecondFactor: ["resume"] } }));

  it.each<[string, Sender, string]>([
    ["a person without one", { user: { role: "operator" } }, "SECOND_FACTOR_NEEDED"],
    ["a machine", { machine: { role: "operator" } }, "SECOND_FACTOR_NEEDED"],
    ["a person with one", { user: { role: "operator", hasSecondFactor: true } }, "CONFIRMATION_NEEDED"],
  ])("refuses or takes %s", async (_who, sender, code) => {
    const { post } = sends(sender);
    expect((await post("resume")).code).toBe(code);
    expect((await post("stop")).code).toBe("ACCEPTED");
  });

  it("asks whoever confirms too", async () => {
    const { commandId } = await sends({ user: { role: "operator", hasSecondFactor: true } }).post("resume");
    expect((await sends({ user: { role: "operator" } }).confirm(commandId)).code).toBe(
      "SECOND_FACTOR_NEEDED",
    );
  });
});

it("a config that cannot be read keeps no single person from mending it", async () => {
  world.documents.seed(paths.config(ACCOUNT), { broken: true });
  const operator: Sender = { user: { role: "operator" } };
  const { commandId } = await sends(operator).post("set_config");
  expect((await sends(operator).confirm(commandId)).code).toBe("ACCEPTED");
});
