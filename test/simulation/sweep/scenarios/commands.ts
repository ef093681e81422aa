// Commands from their post on: stored, told of, applied; one that has to be confirmed, one whose message is lost.
import type { PortCall } from "#test/simulation/ports/gate.ts";
import { ACCOUNT, DEEP } from "../account.ts";
import type { Scenario } from "../scenario.ts";

const MINUTE_MS = 60_000;
/** Longer than an instance stands still. */
const OPERATOR_TRIES_AGAIN_MS = 40_000;
const isPublish = (call: PortCall): boolean => call.port === "bus";
const isApplied = ({ subject }: PortCall): boolean => subject.startsWith("COMMAND_");
/** In the request that brings the command: what waits for the account is asked for, and applied. */
const isAskedAtOnce = ({ process, operation }: PortCall): boolean =>
  process.kind === "commands" && operation === "query";
const UNTOLD =
  "an instance that dies after a failed publication tells no other process; the command itself is applied later";

const TIGHTER = { kind: "config", accountId: ACCOUNT, change: "tighter" } as const;
const SET_TIGHTER = {
  kind: "command",
  accountId: ACCOUNT,
  key: "one",
  order: { kind: "config", change: "tighter" },
  repeated: false,
} as const;
const WHICH_FIRST = "which of two commands that are posted at once is first in sequence is open";

export const commands: readonly Scenario[] = [
  {
    name: "a stop that is posted twice",
    trial(stage) {
      stage.order("one", { kind: "stop" });
      stage.after(3_000, () => stage.order("one", { kind: "stop" }));
    },
  },
  {
    name: "a pause, then a confirmed resume",
    trial(stage) {
      stage.order("one", { kind: "pause" });
      stage.after(30_000, () => stage.order("two", { kind: "resume" }));
      // By then a sender without an answer has given up, and its command stays unconfirmed.
      stage.after(30_000 + OPERATOR_TRIES_AGAIN_MS, () => stage.order("two", { kind: "resume" }));
    },
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "a stop that cannot be applied in its request, and the message that brings it about",
    trial(stage) {
      stage.script({ matches: isAskedAtOnce, verdict: { fate: "refused" }, count: 1 });
      stage.order("one", { kind: "stop" });
    },
  },
  {
    name: "the same, whose message is lost, and the reconcile schedule that applies it",
    trial(stage) {
      stage.script({ matches: isAskedAtOnce, verdict: { fate: "refused" }, count: 1 });
      stage.script({ matches: isPublish, verdict: { fate: "refused" }, count: 1 });
      stage.order("one", { kind: "stop" });
      stage.world.schedules.arrange("reconcile", stage.nowMs + 2 * MINUTE_MS);
    },
    trialMs: 2 * MINUTE_MS,
    mayDiffer: { alerts: UNTOLD },
  },
  {
    name: "two commands that are posted at once",
    trial(stage) {
      stage.order("one", { kind: "stop" });
      stage.order("two", { kind: "clear_cooldown", symbol: null });
    },
    mayDiffer: { alerts: WHICH_FIRST },
  },
  {
    name: "a stop that is applied while a config is activated by other means",
    trial(stage) {
      stage.script({
        matches: isApplied,
        meanwhile: () => stage.happen(TIGHTER),
        count: 1,
      });
      stage.order("one", { kind: "stop" });
    },
  },
  {
    name: "a config that is set by a command",
    trial(stage) {
      stage.happen(SET_TIGHTER);
      // As above: a sender that has given up leaves its command unconfirmed.
      stage.after(OPERATOR_TRIES_AGAIN_MS, () => stage.happen(SET_TIGHTER));
    },
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "an alert that is acknowledged",
    async before(stage) {
      stage.happen({ kind: "tradeByHand", accountId: ACCOUNT, symbol: DEEP, side: "BUY", notionalUsd: 500 });
      stage.world.fire("reconcile");
      await stage.run(8_000);
      stage.world.fire("reconcile");
      await stage.run(2_000);
    },
    trial: (stage) =>
      stage.happen({
        kind: "command",
        accountId: ACCOUNT,
        key: "one",
        order: { kind: "acknowledge" },
        repeated: false,
      }),
  },
];
