// Guards one instance's outcome of an order against another instance that has written in between: an answer
// to an earlier sending, or a second look at the same moment, counts for no more than it is.
import { beforeEach, describe, expect, it } from "vitest";
import { EXIT_ABSENCE_MS } from "#domain/decide/resend.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { recordOutcome } from "#functions/app/execution/record-outcome.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  type World,
} from "#test/support/world.ts";

/** Past the send deadline and the margin after it, so that an absence counts. */
const LOST_MS = 7_000;
/** Past the smallest distance of two absences. */
const NEXT_LOOK_MS = 2_000;

let world: World;
let executor: Instance;
beforeEach(async () => {
  world = await createWorld();
  executor = world.instance("executor");
});

const orders = (): readonly Order[] => world.under<Order>(paths.orders(ACCOUNT));
const orderPosts = (): number => world.requests.filter((request) => request === "POST /fapi/v1/order").length;

/** The next order is lost on its way to the venue. */
function loseNextOrder(): void {
  world.exchange.addFault({
    effect: { kind: "reset", when: "before" },
    match: { method: "POST", path: "/fapi/v1/order" },
    count: 1,
  });
}

function pass(durationMs: number): void {
  world.clock.setMs(world.clock.nowMs() + durationMs);
}

/** An instance in which something happens between its look at the venue and its commit. */
function interrupted(instance: Instance, meanwhile: () => Promise<unknown>): Instance {
  return {
    ...instance,
    async venueFor(of) {
      const venue = await instance.venueFor(of);
      return {
        ...venue,
        async findOrder(market, id) {
          const found = await venue.findOrder(market, id);
          await meanwhile();
          return found;
        },
      };
    },
  };
}

/** Somebody else writes the control document. */
async function touchControl(): Promise<void> {
  const changes = { updatedAtMs: { incrementBy: 1 } };
  await world.documents.commit([{ op: "update", path: paths.control(ACCOUNT), changes }]);
}

describe("two instances that look for a lost order at the same moment", () => {
  it("count as one denial of the venue: two words of one moment are one word of a lagging replica", async () => {
    loseNextOrder();
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    pass(LOST_MS);
    const other = world.instance("followUp");
    await followUpAccount(
      interrupted(world.instance("followUp"), () => followUpAccount(other, ACCOUNT)),
      ACCOUNT,
    );
    expect(orders()).toMatchObject([{ status: "SUBMIT_UNKNOWN", absences: { count: 1 }, sends: 1 }]);
    expect(orderPosts()).toBe(1);
    pass(NEXT_LOOK_MS);
    await followUpAccount(other, ACCOUNT);
    expect(orders()).toMatchObject([{ status: "SUBMIT_UNKNOWN", absences: { count: 2 }, sends: 1 }]);
  });
});

describe("a lost reduction", () => {
  it("is sent again although the universe is broken and the books were loaded anew meanwhile", async () => {
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    pass(NEXT_LOOK_MS);
    world.documents.seed(paths.universe("binance-usdm"), { broken: true });
    loseNextOrder();
    const closer = world.instance("executor");
    await executeIntent(closer, messageOf(world, givenIntent(world, { action: "close", side: null })));
    pass(LOST_MS);
    await followUpAccount(closer, ACCOUNT);
    pass(EXIT_ABSENCE_MS);
    await followUpAccount(interrupted(closer, touchControl), ACCOUNT);
    expect(orders().map(({ status }) => status)).toEqual(["FILLED", "FILLED"]);
  });
});

describe("what became of one sending", () => {
  it.each<OrderEvent>([
    { type: "venueRefused", rejection: { code: "-2019", message: "Margin is insufficient." }, atMs: 0 },
    { type: "outcomeUnknown", cause: { code: "RESET", message: "reset" }, atMs: 0 },
    { type: "venueDoesNotKnow", atMs: 0 },
    { type: "absenceConfirmed", atMs: 0 },
  ])("is not believed of a later one: $type", async (event) => {
    loseNextOrder();
    await executeIntent(executor, messageOf(world, givenIntent(world)));
    const slow = world.instance("executor");
    const before = await loadBooks(slow, ACCOUNT);
    const [lost] = orders();
    const id = lost?.request.clientOrderId ?? "";
    await touchControl();
    const resent = { sends: 2, status: "SUBMITTING", "absences.count": 0 };
    await world.documents.commit([{ op: "update", path: paths.order(ACCOUNT, id), changes: resent }]);
    const said = { ...event, atMs: world.clock.nowMs() + LOST_MS };
    const outcome = { clientOrderId: id, event: said };
    await recordOutcome(slow, before, outcome, { actor: "test", mayRelease: false });
    expect(orders()).toMatchObject([{ status: "SUBMITTING", sends: 2, absences: { count: 0 } }]);
  });
});
