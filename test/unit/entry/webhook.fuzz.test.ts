// Guards the way in with seeded requests, some of them new in every run: answers stay below 500, only proved
// requests are accepted, secrets are never kept. Each rule is first shown to catch a receiver that breaks it.
import { randomInt } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ReceiveSignal } from "#functions/app/receive/receive-signal.ts";
import { accepted, answer } from "#functions/app/receive/signal-answer.ts";
import type { Ports } from "#functions/compose.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { frameAlone } from "#test/support/front.ts";
import { BLOCK_INPUTS, runCampaign } from "#tools/fuzz/campaign.ts";
import { DIRECT } from "#tools/fuzz/hooks.ts";
import { composedReceiver, createFuzzReceiver } from "#tools/fuzz/receiver.ts";

const KNOWN_INPUTS = 12_000;
const FRESH_INPUTS = 8_000;
const LARGEST_FIRST_SEED = 2 ** 31 - FRESH_INPUTS;
/** Of those, as many also through sockets and the platform's server. */
const SERVED_INPUTS = 2_000;
/** Enough for every kind of request to come up a few times. */
const SABOTAGED_INPUTS = 2 * BLOCK_INPUTS;

async function sabotaged(sabotage: (receive: ReceiveSignal, ports: Ports) => ReceiveSignal): Promise<string> {
  const createReceiver = () =>
    createFuzzReceiver((ports) => sabotage(composedReceiver(ports), ports), frameAlone);
  const { violations } = await runCampaign({ from: 0, inputs: SABOTAGED_INPUTS, createReceiver });
  return violations.flatMap(({ faults }) => faults).join("\n");
}

const alone = () => createFuzzReceiver(composedReceiver, frameAlone);

describe("a fuzzed webhook", () => {
  it(`holds for the first ${KNOWN_INPUTS} seeds`, async () => {
    const { violations, statuses } = await runCampaign({
      from: 0,
      inputs: KNOWN_INPUTS,
      createReceiver: alone,
    });
    expect(violations).toEqual([]);
    expect([...statuses.keys()].sort(), "the inputs reach every answer").toEqual([
      200, 202, 400, 401, 403, 404, 405, 413, 422, 429,
    ]);
  });

  it("holds behind the server that the platform puts before it, whatever a request is labelled", async () => {
    const { violations, proved } = await runCampaign({ from: 0, inputs: SERVED_INPUTS });
    expect(violations).toEqual([]);
    expect(proved).toBeGreaterThan(SERVED_INPUTS / 4);
  });

  it(`holds for ${FRESH_INPUTS} seeds that were never tried`, async () => {
    const from = randomInt(LARGEST_FIRST_SEED);
    process.stdout.write(
      `fuzzed seeds from ${from}: npm run fuzz -- --from ${from} --inputs ${FRESH_INPUTS}\n`,
    );
    expect((await runCampaign({ from, inputs: FRESH_INPUTS, createReceiver: alone })).violations).toEqual([]);
  });
});

describe("the fuzzer finds a receiver that", () => {
  it("lets in every sender", async () => {
    const faults = await sabotaged(
      (receive) => (request) =>
        receive({
          ...request,
          hookId: DIRECT.hookId,
          addressToken: DIRECT.token,
          sourceAddress: DIRECT.from ?? "",
        }),
    );
    expect(faults).toMatch(/accepted with 202 without a proof|stored without a proof/);
  });

  it("accepts what it has to refuse", async () => {
    const faults = await sabotaged((receive) => async (request) => {
      const result = await receive(request);
      return result.body.code === "SIGNATURE_OUTSIDE_WINDOW" ? accepted("r1") : result;
    });
    expect(faults).toContain("accepted with 202 without a proof");
  });

  it("answers 5xx, or throws", async () => {
    const broken = await sabotaged((receive) => async (request) => {
      const result = await receive(request);
      return result.status === 422 ? answer(500, { code: "TOO_MUCH", message: "" }) : result;
    });
    expect(broken).toContain("answered with 500");
    const throwing = await sabotaged((receive) => async (request) => {
      if (request.rawBody.includes(0)) throw new TypeError("an unexpected byte");
      return await receive(request);
    });
    expect(throwing).toContain("answered with 503");
  });

  it("refuses good alerts", async () => {
    const faults = await sabotaged((receive) => async (request) => {
      const headers = { ...request.headers, "webhook-signature": undefined };
      return await receive({ ...request, headers });
    });
    expect(faults).toContain("a right proof with a good alert got 401");
  });

  it("logs a token, or keeps one", async () => {
    const logging = await sabotaged((receive, { logger }) => async (request) => {
      logger.info("A request came", { address: `/hooks/${request.hookId}/${request.addressToken}` });
      return await receive(request);
    });
    expect(logging).toMatch(/the secret \w+ is kept: .*"A request came"/s);
    const keeping = await sabotaged((_receive, ports) => {
      let body = "";
      const whole = (write: DocumentWrite): DocumentWrite =>
        write.op === "create" && "body" in write.data ? { ...write, data: { ...write.data, body } } : write;
      const documents = {
        ...ports.documents,
        commit: (writes: readonly DocumentWrite[]) => ports.documents.commit(writes.map(whole)),
      };
      const receive = composedReceiver({ ...ports, documents });
      return async (request) => {
        body = new TextDecoder().decode(request.rawBody);
        return await receive(request);
      };
    });
    expect(keeping).toMatch(/secret.* is kept/);
  });

  it("acknowledges without storing, or publishes nothing", async () => {
    const forgetting = await sabotaged((_receive, ports) => {
      const documents = { ...ports.documents, commit: async () => [] };
      return composedReceiver({ ...ports, documents });
    });
    expect(forgetting).toContain('202 stored ""');
    const silent = await sabotaged((_receive, ports) =>
      composedReceiver({ ...ports, bus: { publish: async () => {} } }),
    );
    expect(silent).toContain("202 published 0 intents");
  });
});
