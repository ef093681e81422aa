// Orders of which only the venue can say what became of them, and venues that will not say.
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import type { PortCall } from "#test/simulation/ports/gate.ts";
import type { SimVerdict } from "#test/simulation/ports/policy.ts";
import { isNewOrder, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const LATE_MS = 12_000;
const BANNED = "an order is given up under a ban, but sent if the ban is met by a look-up that comes first";
const EXPIRES = "whether the intent is still valid when it gets there depends on the delay";

const isLookUp = (call: PortCall): boolean => call.operation === "GET /fapi/v1/order";

/** The venue answers the first order in this way. */
function answered(name: string, effect: FaultEffect, mayDiffer: Scenario["mayDiffer"] = {}): Scenario {
  return {
    name: `an entry, and ${name}`,
    mayDiffer,
    async trial(stage) {
      fault(stage, effect);
      await stage.signal("one");
    },
  };
}

/** The wire delays the first call that matches. */
function delayed(
  name: string,
  matches: (call: PortCall) => boolean,
  verdict: Partial<SimVerdict>,
  count = 1,
): Scenario {
  return {
    name: `an entry, and ${name}`,
    async trial(stage) {
      stage.script({ matches, verdict, count });
      await stage.signal("one");
    },
  };
}

function fault(stage: Stage, effect: FaultEffect): void {
  const match = { method: "POST", path: "/fapi/v1/order" };
  stage.world.exchange.addFault({ effect, match, count: 1 });
}

export const unknowns: readonly Scenario[] = [
  answered("the connection is reset before it is accepted", { kind: "reset", when: "before" }),
  answered("the connection is reset after it is accepted", { kind: "reset", when: "after" }),
  answered("the venue answers 503 after accepting it", {
    kind: "httpError",
    when: "after",
    status: 503,
    body: "",
  }),
  answered("the venue answers garbage after accepting it", {
    kind: "body",
    when: "after",
    content: "garbage",
  }),
  answered("the venue says that the outcome is unknown", {
    kind: "venueError",
    when: "before",
    status: 500,
    code: -1007,
    msg: "Timeout waiting for response from backend server. Send status unknown.",
  }),
  answered(
    "the venue bans the address",
    { kind: "rateLimit", status: 418, retryAfterS: 20 },
    { orders: BANNED, groups: BANNED, alerts: "a strike in place of the ban leaves no ban to tell of" },
  ),
  answered("the venue asks for patience", { kind: "rateLimit", status: 429, retryAfterS: 3 }),
  delayed("the answer comes after we have given up", isNewOrder, { replyMs: LATE_MS }),
  delayed("the request arrives after its deadline", isNewOrder, { requestMs: LATE_MS }),
  delayed("the sender stands still past its deadline", isNewOrder, { pauseBeforeMs: LATE_MS }),
  {
    name: "an entry whose order is lost and whose look-up is refused several times",
    async trial(stage) {
      fault(stage, { kind: "reset", when: "after" });
      stage.script({ matches: isLookUp, verdict: { fate: "refused" }, count: 4 });
      await stage.signal("one");
    },
  },
  {
    name: "an entry whose order is lost and whose intent expires meanwhile",
    async trial(stage) {
      fault(stage, { kind: "reset", when: "before" });
      await stage.signal("one", { expiresAtMs: stage.nowMs + 3_000 });
    },
    mayDiffer: { receipts: EXPIRES, orders: EXPIRES, groups: EXPIRES },
  },
];
