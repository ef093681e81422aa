// The way in for commands: proved and authorised before anything is stored, stored in sequence before it is answered,
// the same post one command, and a dangerous one nothing before it is confirmed.
// Proves: schemas/command.ts
import { beforeEach, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { RACES } from "#functions/app/documents/commit-decision.ts";
import { DocumentConflictError, DocumentUnavailableError } from "#ports/documents.ts";
import {
  type CommandPost,
  createCommandPost,
  createStoringPost,
  MACHINE_SECRET,
  OPERATOR_TOKEN,
  signedHeaders,
} from "#test/support/commands.ts";
import { ACCOUNT, configWith, createWorld, type World } from "#test/support/world.ts";

let world: World;
let front: CommandPost;

beforeEach(async () => {
  world = await createWorld();
  front = createStoringPost(world);
});

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

const STOP = { accountId: ACCOUNT, request: { kind: "stop" }, reason: "because" };
const SIGNED_STOP = { ...STOP, environment: "test" };

describe("who may", () => {
  it.each([
    ["an operator", bearer(OPERATOR_TOKEN), 202, "ACCEPTED"],
    ["a trader of the account", bearer("trader-token"), 202, "ACCEPTED"],
    ["a trader of another account", bearer("other-trader-token"), 403, "ACCOUNT_NOT_ALLOWED"],
    ["a viewer", bearer("viewer-token"), 403, "ACCOUNT_NOT_ALLOWED"],
    ["a user without a role", bearer("claimless-token"), 403, "ACCOUNT_NOT_ALLOWED"],
    ["a forged token", bearer("forged"), 401, "UNAUTHORIZED"],
    ["another scheme", { authorization: `Basic ${OPERATOR_TOKEN}` }, 401, "UNAUTHORIZED"],
    ["nobody", {}, 401, "UNAUTHORIZED"],
    ["a token that cannot be asked about", bearer("unreachable-token"), 503, "UNAVAILABLE"],
  ])("%s", async (_, headers, status, code) => {
    const answer = await front.post(STOP, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(front.commands()).toHaveLength(status === 202 ? 1 : 0);
  });

  it("a machine by its signature over the body, and by no other", async () => {
    const body = JSON.stringify(SIGNED_STOP);
    const atMs = world.clock.nowMs();
    const right = await front.post(body, signedHeaders(body, atMs));
    expect(right).toMatchObject({ status: 202, body: { sequence: 1 } });
    expect(front.commands()[0]?.actor).toBe("machine/bot");
    const changed = body.replace("because", "becauze");
    for (const headers of [
      signedHeaders(changed, atMs, { id: "w2" }),
      signedHeaders(body, atMs, { id: "w2", machine: "other" }),
      signedHeaders(body, atMs, { id: "w2", machine: "__proto__" }),
      signedHeaders(body, atMs, { id: "w2", secret: Buffer.from("another secret").toString("base64") }),
      { ...signedHeaders(body, atMs, { id: "w2" }), "webhook-id": "w3" },
    ]) {
      expect((await front.post(body, headers)).body.code).toBe("UNAUTHORIZED");
    }
    const old = signedHeaders(body, atMs - 6 * 60_000, { id: "w4", secret: MACHINE_SECRET });
    expect((await front.post(body, old)).body.code).toBe("SIGNATURE_OUTSIDE_WINDOW");
    expect(front.commands()).toHaveLength(1);
  });

  it("a machine's replayed request stays one command, whatever key a header outside the signature names", async () => {
    const body = JSON.stringify(SIGNED_STOP);
    const headers = signedHeaders(body, world.clock.nowMs());
    await front.post(body, headers);
    const replayed = await front.post(body, { ...headers, "idempotency-key": "another" });
    expect(replayed).toMatchObject({ status: 200, body: { code: "DUPLICATE", sequence: 1 } });
    expect(front.commands()).toHaveLength(1);
  });
});

describe("a signed body", () => {
  const send = async (posted: object, id: string) => {
    const body = JSON.stringify(posted);
    return (await front.post(body, signedHeaders(body, world.clock.nowMs(), { id }))).body.code;
  };

  it("is taken only where it names this deployment's environment", async () => {
    const { environment: _none, ...unsaid } = SIGNED_STOP;
    expect(await send(unsaid, "w1")).toBe("WRONG_ENVIRONMENT");
    expect(await send({ ...unsaid, environment: "staging" }, "w2")).toBe("WRONG_ENVIRONMENT");
    expect(front.commands()).toHaveLength(0);
    expect(await send(SIGNED_STOP, "w3")).toBe("ACCEPTED");
  });

  it("of a person may leave the environment out, and is refused where it names another one", async () => {
    expect((await front.post({ ...STOP, environment: "prod" })).body.code).toBe("WRONG_ENVIRONMENT");
    expect((await front.post(STOP)).body.code).toBe("ACCEPTED");
  });
});

describe("storing", () => {
  it("numbers commands from 1 without a gap, counts them on the control document, and tells of each", async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => front.order({ kind: "stop" })));
    expect(answers.map(({ body }) => body.sequence).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(world.read(paths.control(ACCOUNT))).toMatchObject({ commands: { storedCount: 5, takenCount: 0 } });
    expect(world.read(paths.commandSequence(ACCOUNT))).toEqual({ lastSequence: 5 });
    expect(world.bus.take("commands")).toHaveLength(5);
  });

  it("goes on above every number given when the counter was lost", async () => {
    await front.order({ kind: "stop" });
    await world.documents.commit([{ op: "delete", path: paths.commandSequence(ACCOUNT) }]);
    expect((await front.order({ kind: "stop" })).body.sequence).toBe(2);
  });

  it("makes the same post under the same key one command, and refuses the key for another", async () => {
    const key = { ...bearer(OPERATOR_TOKEN), "idempotency-key": "one" };
    const first = await front.order({ kind: "stop" }, key);
    const again = await front.order({ kind: "stop" }, key);
    expect(again).toMatchObject({
      status: 200,
      body: { code: "DUPLICATE", commandId: first.body.commandId },
    });
    expect((await front.order({ kind: "pause" }, key)).body.code).toBe("IDEMPOTENCY_KEY_REUSED");
    const elsewhere = { ...bearer("trader-token"), "idempotency-key": "one" };
    expect((await front.order({ kind: "stop" }, elsewhere)).body.code).toBe("ACCEPTED");
    expect(front.commands()).toHaveLength(2);
  });

  it("answers a command whose message is lost: stored is stored, and an alert tells of the bus", async () => {
    world.bus.failNext("notStored");
    expect((await front.order({ kind: "stop" })).status).toBe(202);
    const codes = world.under<{ code: string }>(paths.alerts(ACCOUNT)).map(({ code }) => code);
    expect(codes).toContain("COMMAND_NOT_PUBLISHED");
  });

  it("names the command when the store did not answer: the same key finds it", async () => {
    const { documents } = world;
    const faulty = {
      ...documents,
      getAll: documents.getAll.bind(documents),
      query: documents.query.bind(documents),
      commit: async (writes: Parameters<typeof documents.commit>[0]) => {
        await documents.commit(writes);
        throw new DocumentUnavailableError("no answer", null);
      },
    };
    const key = { ...bearer(OPERATOR_TOKEN), "idempotency-key": "one" };
    const lost = await createCommandPost(world, faulty).order({ kind: "stop" }, key);
    expect(lost).toMatchObject({ status: 503, body: { code: "STORE_UNAVAILABLE" } });
    const found = await front.order({ kind: "stop" }, key);
    expect(found.body).toMatchObject({ code: "DUPLICATE", commandId: lost.body.commandId, sequence: 1 });
  });

  it("answers that the store is not available when others write the sequence without end", async () => {
    let commits = 0;
    const { documents } = world;
    const contended = {
      getAll: documents.getAll.bind(documents),
      query: documents.query.bind(documents),
      commit: async () => {
        commits += 1;
        throw new DocumentConflictError("contention", null);
      },
    };
    const { status, body } = await createCommandPost(world, contended).order({ kind: "stop" });
    expect([status, body.code, commits]).toEqual([503, "STORE_UNAVAILABLE", RACES.sequence.maxTries]);
    expect(front.commands()).toEqual([]);
  });

  it("refuses what is no command, with every fault named, and stores nothing", async () => {
    const config = { ...configWith(), maxOrdersPerMinute: 0, symbols: [] };
    const request = { kind: "set_config", baseVersion: 1, config };
    const answer = await front.post({ accountId: ACCOUNT, request, reason: "r" });
    expect(answer.body.code).toBe("COMMAND_INVALID");
    expect(answer.body.faults).toEqual([
      expect.stringMatching(/^request\.config\.symbols: /),
      expect.stringMatching(/^request\.config\.maxOrdersPerMinute: /),
    ]);
    const none = await front.post({ ...STOP, accountId: "nobody" });
    expect(none.body.code).toBe("ACCOUNT_UNKNOWN");
    expect((await front.post("{")).body.code).toBe("BODY_UNREADABLE");
    expect(front.commands()).toHaveLength(0);
  });

  it("sheds a sender's flood and goes on when it has ebbed", async () => {
    const answers = [];
    for (let count = 0; count < 61; count++)
      answers.push(await front.order({ kind: "ack_alert", alertId: "a" }));
    expect(answers.at(-1)).toMatchObject({ status: 429, headers: { "Retry-After": "1" } });
    await world.clock.advance(1_000);
    expect((await front.order({ kind: "stop" })).status).toBe(202);
  });
});

describe("confirming", () => {
  it("puts a dangerous command in sequence only when the account's name was typed", async () => {
    const posted = await front.order({ kind: "flatten" });
    expect(posted).toMatchObject({ status: 202, body: { code: "CONFIRMATION_NEEDED", sequence: 0 } });
    expect(world.read(paths.control(ACCOUNT))).toMatchObject({ commands: { storedCount: 0 } });
    expect(world.bus.take("commands")).toEqual([]);
    const id = posted.body.commandId ?? "";
    expect((await front.confirm(id, "main")).body.code).toBe("ACCOUNT_NAME_MISMATCH");
    expect((await front.confirm(id)).body).toMatchObject({ code: "ACCEPTED", sequence: 1 });
    expect((await front.confirm(id)).body).toMatchObject({ code: "DUPLICATE", sequence: 1 });
    expect(front.commands()).toMatchObject([{ status: "STORED", confirmedBy: "anna" }]);
  });

  it("comes too late after two minutes", async () => {
    const { body } = await front.order({ kind: "resume" });
    await world.clock.advance(120_001);
    expect((await front.confirm(body.commandId ?? "")).body.code).toBe("COMMAND_EXPIRED");
    expect(world.read(paths.control(ACCOUNT))).toMatchObject({ commands: { storedCount: 0 } });
  });

  it("knows no other commands, and no other command than the one in the address", async () => {
    expect((await front.confirm("unknown")).body.code).toBe("COMMAND_UNKNOWN");
    const target = { kind: "confirm", commandId: "one" } as const;
    const body = { accountId: ACCOUNT, commandId: "two", accountName: "Main" };
    expect((await front.to(target, body)).body.code).toBe("COMMAND_INVALID");
  });
});
