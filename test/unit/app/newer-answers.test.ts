// Guards how an instance that is older than a document answers and writes: operators and senders are told with 503 to send
// again, so that a later instance takes it, a stop is stored all the same, and no peak is set aside for being newer.
// Proves: app/receive/, app/commands/, app/nav/
import { beforeEach, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { createCommandPost } from "#test/support/commands.ts";
import { createReceiver, DIRECT_HOOK, directRequest } from "#test/support/receiver.ts";
import { ACCOUNT, createWorld, type World } from "#test/support/world.ts";

const LATER = { version: 99, since: "9.0.0" };
let world: World;
beforeEach(async () => {
  world = await createWorld();
});

/** As a later release has stored it: a field more, and a stamp that says so. */
function madeLater({ documents }: Pick<World, "documents">, path: string): void {
  documents.seed(path, { ...documents.dump()[path], fieldOfTheFuture: 1, schema: LATER });
}

const codes = () => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);

describe("posting a command", () => {
  it("to an account whose profile is newer is answered with 503, and stores nothing", async () => {
    madeLater(world, paths.account(ACCOUNT));
    const post = createCommandPost(world);
    const answer = await post.order({ kind: "pause" });
    expect(answer).toMatchObject({ status: 503, body: { code: "RELEASE_NEEDED" } });
    expect(post.commands()).toEqual([]);
    expect(codes()).toEqual(["RELEASE_NEEDED"]);
  });

  it("stop: is stored while the control document is newer", async () => {
    madeLater(world, paths.control(ACCOUNT));
    const post = createCommandPost(world);
    expect(await post.order({ kind: "stop" })).toMatchObject({ status: 202 });
  });
});

describe("a signal", () => {
  it.each([
    ["hook", paths.hook(DIRECT_HOOK)],
    ["config", paths.config(ACCOUNT)],
  ])("to a newer %s is answered with 503, so that its sender repeats it", async (_name, path) => {
    const receiver = createReceiver();
    madeLater(receiver, path);
    const answer = await receiver.receive(directRequest("{}"));
    expect(answer).toMatchObject({ status: 503, body: { code: "RELEASE_NEEDED" } });
  });
});

describe("the NAV schedule", () => {
  it.each([
    ["NAV", paths.nav(ACCOUNT)],
    ["peak", paths.peak(ACCOUNT)],
  ])("leaves a newer %s as it is, and sets no peak aside for it", async (_name, path) => {
    madeLater(world, path);
    const before = world.documents.dump();
    await expect(world.instance("nav").duties.writeEveryNav()).rejects.toThrow(AggregateError);
    const after = world.documents.dump();
    for (const each of [paths.nav(ACCOUNT), paths.peak(ACCOUNT)]) expect(after[each]).toEqual(before[each]);
    expect(codes()).toEqual(["RELEASE_NEEDED"]);
  });

  it("writes the NAV while the control document is newer", async () => {
    madeLater(world, paths.control(ACCOUNT));
    world.clock.setMs(world.clock.nowMs() + 60_000);
    await world.instance("nav").duties.writeEveryNav();
    expect(world.read(paths.nav(ACCOUNT))).toMatchObject({ checkedAtMs: world.clock.nowMs() });
  });
});
