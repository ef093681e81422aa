// Guards that only a forgotten signal is published again: one that waits in the inbox, or whose order waits for the venue,
// has an executor, and its receipt is no sign that there is none.
import { beforeEach, describe, expect, it } from "vitest";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { republishForgotten } from "#functions/app/reconcile/republish-forgotten.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  type World,
} from "#test/support/world.ts";

let world: World;
let schedules: Instance;
beforeEach(async () => {
  world = await createWorld();
  schedules = world.instance("schedules");
});

const published = () => world.bus.published.map(({ attributes }) => attributes.intentId);
const complaints = () => world.logger.lines.filter(({ message }) => message.includes("nobody had decided"));

describe("an undecided receipt", () => {
  it("of which no executor has heard is published again after its time", async () => {
    const intent = givenIntent(world);
    await republishForgotten(schedules, ACCOUNT);
    expect(published()).toEqual([]);
    await world.clock.advance(30_001);
    await republishForgotten(schedules, ACCOUNT);
    expect(published()).toEqual([intent.intentId]);
    expect(complaints()).toHaveLength(1);
  });

  it("whose order waits for the venue is left alone", async () => {
    const intent = givenIntent(world);
    const match = { path: "/fapi/v1/order$" };
    world.exchange.addFault({ effect: { kind: "reset", when: "after" }, match });
    await executeIntent(world.instance("executor"), messageOf(world, intent));
    expect(world.under<Order>(paths.orders(ACCOUNT))).toMatchObject([{ status: "SUBMIT_UNKNOWN" }]);
    expect(world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId))).toMatchObject({
      status: "RECEIVED",
    });
    await world.clock.advance(30_001);
    await republishForgotten(schedules, ACCOUNT);
    expect(published()).toEqual([]);
    expect(complaints()).toEqual([]);
  });

  it("whose intent waits in the inbox is left alone, and the next one is not", async () => {
    const waits = givenIntent(world);
    const forgotten = givenIntent(world);
    const stored: StoredIntent = {
      intent: waits,
      status: "INBOX",
      step: 0,
      denials: [],
      basis: null,
      updatedAtMs: 1,
    };
    world.documents.seed(paths.intent(ACCOUNT, waits.intentId), encode(stored));
    await world.clock.advance(30_001);
    await republishForgotten(schedules, ACCOUNT);
    expect(published()).toEqual([forgotten.intentId]);
  });
});
