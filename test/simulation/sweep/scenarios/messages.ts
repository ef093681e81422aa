// Messages that do not become an order: denied, expired, unusable, given up, and replayed by an operator.

import { deadLetterId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { replayDeadLetter } from "#functions/app/messages/replay-dead-letter.ts";
import { ACCOUNT, DEEP } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MINUTE_MS = 60_000;
/** One less than the attempt before the last (MAX_MESSAGE_ATTEMPTS). */
const ATTEMPTS_SO_FAR = 6;
/** Older than any message that is still acted on (MAX_MESSAGE_AGE_MS). */
const OUTAGE_MS = 31 * MINUTE_MS;
const VALID_AGAIN_MS = 60_000;
const OPERATOR_TRIES_AGAIN_MS = 4_000;
const REPLAYED =
  "an operator's replay and the reconcile schedule both bring the intent back; either may be first";

const isExecutor = (call: { readonly process: { readonly kind: string } }): boolean =>
  call.process.kind === "executor";

/** The first message of a run, delivered to executors that die for half an hour. */
async function tooOld(stage: Stage): Promise<void> {
  stage.script({ matches: isExecutor, verdict: { fate: "killBefore" }, count: Number.POSITIVE_INFINITY });
  await stage.signal("one");
  await stage.run(OUTAGE_MS);
  stage.policy.scripts.length = 0;
}

/** An operator's tool: it runs until it has succeeded, as a process that can be struck like any other. */
function replay(stage: Stage): void {
  const id = deadLetterId("intents", "m1");
  stage.world.functions.invoke(
    "reconcile",
    "replays a dead letter",
    async ({ deps }) => void (await replayDeadLetter(deps, id, VALID_AGAIN_MS)),
    (how) => {
      const letter = stage.read(paths.deadLetter(id));
      if (how !== "ok" && letter?.replayedAtMs === null)
        stage.after(OPERATOR_TRIES_AGAIN_MS, () => replay(stage));
    },
  );
}

export const messages: readonly Scenario[] = [
  {
    name: "an entry that is denied",
    trial: async (stage) => void (await stage.signal("one", { symbol: "DOGEUSDT", strategyId: "nobody" })),
  },
  {
    name: "an entry that is denied because trading is halted",
    before: async (stage) => stage.happen({ kind: "tradingState", accountId: ACCOUNT, state: "HALTED" }),
    trial: async (stage) => void (await stage.signal("one")),
  },
  {
    name: "an entry that is denied by an instance with old books, which reads them again",
    async before(stage) {
      await stage.signal("earlier", { symbol: DEEP });
      await stage.run(5_000);
    },
    trial: async (stage) => void (await stage.signal("one", { side: "short" })),
    mayDiffer: {
      alerts:
        "no watchdog runs in this trial, and only a pass that comes before the first one finds it silent",
    },
  },
  {
    name: "an intent that has expired",
    trial: async (stage) => void (await stage.signal("one", { expiresAtMs: stage.nowMs - 1 })),
  },
  {
    name: "an unreadable message",
    trial: (stage) => stage.happen({ kind: "strayMessage", payload: { unparsed: "%%%" } }),
  },
  {
    name: "an intent for an account that does not exist",
    async trial(stage) {
      stage.world.broker.publish("intents", { intent: stage.intent("one", { accountId: "nobody" }) });
    },
  },
  {
    name: "a message that is given up because it is too old",
    before: tooOld,
    trial: () => undefined,
    mayDiffer: {
      receipts: "how stale NAV and prices are when it is refused in the end depends on the delay",
    },
  },
  {
    name: "a message that is given up because it fails again and again",
    async trial(stage) {
      await stage.put(paths.delivery(deadLetterId("intents", "m1")), { attempts: ATTEMPTS_SO_FAR });
      await stage.put(paths.account(ACCOUNT), { ...stage.read(paths.account(ACCOUNT)), mode: "dreamt" });
      await stage.signal("one");
    },
    mend: async (stage) =>
      await stage.put(paths.account(ACCOUNT), { ...stage.read(paths.account(ACCOUNT)), mode: "paper" }),
  },
  {
    name: "the replay of a dead letter",
    async before(stage) {
      await tooOld(stage);
      await stage.run(MINUTE_MS);
      stage.world.fire("nav");
      await stage.run(1_000);
    },
    trial: replay,
    mayDiffer: { receipts: REPLAYED, orders: REPLAYED, groups: REPLAYED },
  },
];
