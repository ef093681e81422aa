// Guards that a message which no retry can help is kept and told: to the account that it names, and to all where it names
// none that exists.
import { beforeEach, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, Quarantined } from "#domain/documents/records.ts";
import type { OutboxItem } from "#domain/telling/outbox.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.documents.seed(paths.account("other"), encode({ ...profile, accountId: "other" }));
});

const alertsOf = (accountId: string) =>
  world.under<Alert>(paths.alerts(accountId)).filter(({ code }) => code === "MESSAGE_QUARANTINED");
const kept = () => world.under<Quarantined>("quarantine");
const deliver = (payload: unknown, attributes: Readonly<Record<string, string>> = {}) =>
  executeIntent(world.instance("executor"), { ...messageOf(world, givenIntent(world)), payload, attributes });

describe("a quarantined message", () => {
  it.each([
    ["on it", { intent: { a: 1 } }, { accountId: ACCOUNT }],
    ["in its intent", { intent: { accountId: ACCOUNT, symbol: 7 } }, {}],
  ])("raises a critical alert at the account that is named %s", async (_where, payload, attributes) => {
    await deliver(payload, attributes);
    expect(kept()).toMatchObject([{ accountId: ACCOUNT, code: "MESSAGE_UNUSABLE" }]);
    expect(alertsOf(ACCOUNT)).toMatchObject([
      { severity: "critical", remedy: expect.stringContaining(kept()[0]?.quarantineId ?? "none") },
    ]);
    expect(alertsOf("other")).toEqual([]);
    expect(
      world.under<OutboxItem>(paths.outbox(ACCOUNT)).filter(({ title }) => title === "MESSAGE_QUARANTINED"),
    ).toHaveLength(1);
  });

  it.each([
    ["names no account", { unparsed: "%%%" }, {}],
    ["is empty", null, {}],
    ["names one that does not exist", { intent: { a: 1 } }, { accountId: "nobody" }],
    ["names one that is no id", { intent: { a: 1 } }, { accountId: "../meta" }],
  ])("that %s is told to every account", async (_what, payload, attributes) => {
    await deliver(payload, attributes);
    expect(kept()).toMatchObject([{ accountId: null }]);
    expect([alertsOf(ACCOUNT).length, alertsOf("other").length]).toEqual([1, 1]);
  });

  it("of an account that was taken away is told to those that are left", async () => {
    await deliver({ intent: givenIntent(world, { accountId: "gone" }) });
    expect(kept()).toMatchObject([{ code: "ACCOUNT_UNKNOWN", accountId: null }]);
    expect(alertsOf(ACCOUNT)).toHaveLength(1);
  });

  it("is told once however often it is delivered, and comes back while it cannot be told", async () => {
    const message = { ...messageOf(world, givenIntent(world)), payload: { intent: { a: 1 } } };
    let away = true;
    world.documents.interceptor = {
      before: async ({ kind }) => {
        if (kind === "commit" && away) throw new DocumentUnavailableError("The store is away", null);
      },
    };
    await expect(executeIntent(world.instance("executor"), message)).rejects.toThrow("could not be stored");
    away = false;
    await executeIntent(world.instance("executor"), message);
    await executeIntent(world.instance("executor"), message);
    expect(alertsOf(ACCOUNT)).toHaveLength(1);
    expect(kept()).toHaveLength(1);
  });

  it("keeps no secret that a stranger wrote into it", async () => {
    await deliver({ unparsed: "password=hunter22 and more" });
    expect(JSON.stringify(world.documents.dump())).not.toContain("hunter22");
  });
});
