// Several instances at once: the inbox, a holder that died, and messages that come more than once.
import type { Intent } from "#domain/documents/signal.ts";
import { OTHER } from "../account.ts";
import { isNewOrder, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

/** Every call on an instance of its own. */
function apart(stage: Stage): void {
  stage.world.functions.placement = "new";
}

export const leases: readonly Scenario[] = [
  {
    name: "an intent that finds the lease taken and waits in the inbox",
    async trial(stage) {
      apart(stage);
      stage.script({ matches: isNewOrder, verdict: { replyMs: 2_000 }, count: 1 });
      await stage.signal("one");
      stage.after(400, () => void stage.signal("two", { symbol: OTHER, side: "short" }));
    },
  },
  {
    name: "an exit and entries that find the lease taken, together in one instance",
    async before(stage) {
      await stage.signal("earlier");
      await stage.run(5_000);
    },
    async trial(stage) {
      apart(stage);
      stage.script({ matches: isNewOrder, verdict: { replyMs: 2_000 }, count: 1 });
      await stage.signal("one", { symbol: OTHER, side: "short" });
      stage.after(400, () => {
        void stage.signal("two", { symbol: OTHER, side: "short" });
        stage.after(0, () => {
          stage.world.functions.placement = "newest";
          void stage.signal("three", { symbol: OTHER, side: "short" });
          void stage.signal("exit", { action: "close", side: null });
        });
      });
    },
    mayDiffer: { groups: "the first of several entries in one symbol to be decided opens the group" },
  },
  {
    name: "an intent that waits in the inbox, and comes again together with another one",
    async before(stage) {
      await stage.signal("earlier");
      await stage.run(5_000);
    },
    async trial(stage) {
      apart(stage);
      stage.script({ matches: isNewOrder, verdict: { replyMs: 4_000 }, count: 1 });
      await stage.signal("one", { symbol: OTHER, side: "short" });
      const waiting = await stage.receive("two", { symbol: OTHER, side: "short" });
      const deliver = (intent: Intent): void => stage.world.broker.publish("intents", { intent });
      stage.after(400, () => deliver(waiting));
      stage.after(1_500, () => {
        void stage.signal("three", { symbol: OTHER, side: "short" });
        stage.after(0, () => {
          stage.world.functions.placement = "newest";
          deliver(waiting);
          void stage.signal("four", { symbol: OTHER, side: "short" });
        });
      });
    },
    mayDiffer: { groups: "the first of several entries in one symbol to be decided opens the group" },
  },
  {
    name: "two intents at once on two instances",
    async trial(stage) {
      apart(stage);
      await stage.signal("one");
      await stage.signal("two", { symbol: OTHER, side: "short" });
    },
  },
  {
    name: "an intent that finds the lease of a holder that died",
    async trial(stage) {
      stage.script({ matches: isNewOrder, verdict: { fate: "killAfter" }, count: 1 });
      await stage.signal("one");
      stage.after(1_000, () => void stage.signal("two", { symbol: OTHER, side: "short" }));
    },
  },
  {
    name: "a holder that stands still until its lease has run out, while another intent comes",
    async trial(stage) {
      apart(stage);
      stage.script({ matches: isNewOrder, verdict: { pauseAfterMs: 34_000 }, count: 1 });
      await stage.signal("one");
      stage.after(1_000, () => void stage.signal("two", { symbol: OTHER, side: "short" }));
    },
  },
  {
    name: "an intent that is delivered three times",
    async trial(stage) {
      const intent = await stage.signal("one");
      stage.world.broker.publish("intents", { intent });
      stage.after(20_000, () => stage.world.broker.publish("intents", { intent }));
    },
  },
  {
    name: "an intent that is delivered to two instances at once",
    async trial(stage) {
      apart(stage);
      const intent = await stage.signal("one");
      stage.world.broker.publish("intents", { intent });
    },
  },
];
