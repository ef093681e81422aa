// Signals from their senders on: both modes, duplicates, unreadable bodies, refused senders, and a bus that
// fails.
import { paths } from "#domain/documents/paths.ts";
import type { SimHook } from "#test/simulation/platform/front.ts";
import type { PortCall } from "#test/simulation/ports/gate.ts";
import { ACCOUNT, DEEP, hooks } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MINUTE_MS = 60_000;
const INTO_MINUTE_MS = 24_000;
const SHEDDING = "what a hook may still send is counted by each instance for itself";
const UNTOLD =
  "an instance that dies after a failed publication tells no other process; the signal itself is published later and logged";

const isPublish = (call: PortCall): boolean => call.port === "bus";

function alert(stage: Stage, hook: SimHook, key = "one", body?: string): void {
  const timenow = new Date(stage.nowMs).toISOString();
  const fields = { id: key, symbol: DEEP, action: "open", side: "long", notionalUsd: "400", timenow };
  stage.alert({ key, hook, body: body ?? JSON.stringify(fields) });
}

export const webhooks: readonly Scenario[] = [
  { name: "an alert to a direct hook", trial: (stage) => alert(stage, hooks.direct) },
  { name: "an alert to a signed hook", trial: (stage) => alert(stage, hooks.signed) },
  {
    name: "an alert that is sent twice at once and once more later",
    trial(stage) {
      alert(stage, hooks.direct);
      alert(stage, hooks.direct);
      const again = JSON.stringify({
        id: "one",
        symbol: DEEP,
        action: "open",
        side: "long",
        notionalUsd: "400",
        timenow: new Date(stage.nowMs).toISOString(),
      });
      stage.after(8_000, () => alert(stage, hooks.direct, "one", again));
    },
  },
  {
    name: "an alert with an unreadable body",
    trial: (stage) => alert(stage, hooks.direct, "one", "close all!"),
  },
  {
    name: "an alert while the current config cannot be read",
    before: async (stage) => await stage.put(paths.config(ACCOUNT), { broken: true }),
    trial: (stage) => alert(stage, hooks.direct),
    mend: async (stage) =>
      await stage.put(paths.config(ACCOUNT), stage.read(paths.configVersion(ACCOUNT, 1))),
    mayDiffer: { alerts: "what a strike delays until the config is mended never meets the broken one" },
  },
  {
    name: "an alert whose intent cannot be published, and the reconcile schedule that publishes it",
    // The next minute's reconcile looks for forgotten signals, and comes as soon as the alert counts as one: long before
    // its intent expires.
    startMinute: 1,
    before: async (stage) => await stage.run(INTO_MINUTE_MS),
    trial(stage) {
      stage.script({ matches: isPublish, verdict: { fate: "refused" }, count: 1 });
      alert(stage, hooks.direct);
      stage.world.schedules.arrange("reconcile", stage.nowMs + 2 * MINUTE_MS);
    },
    trialMs: 2 * MINUTE_MS,
    mayDiffer: { alerts: UNTOLD },
  },
  {
    name: "an alert whose intent cannot be published, and its repetition that is",
    trial(stage) {
      stage.script({ matches: isPublish, verdict: { fate: "refused" }, count: 1 });
      const timenow = new Date(stage.nowMs).toISOString();
      const body = JSON.stringify({ id: "one", symbol: DEEP, action: "open", side: "long", timenow });
      alert(stage, hooks.direct, "one", body);
      stage.after(7_000, () => alert(stage, hooks.direct, "one", body));
    },
    mayDiffer: { alerts: UNTOLD },
  },
  {
    name: "the right token from a foreign address",
    async before(stage) {
      const path = paths.hook(hooks.direct.hookId);
      await stage.put(path, { ...stage.read(path), sourceAddresses: ["192.0.2.1"] });
    },
    trial(stage) {
      alert(stage, hooks.direct);
      stage.after(6_000, () => alert(stage, hooks.direct, "two"));
    },
  },
  {
    name: "more alerts than a hook may send",
    async before(stage) {
      const path = paths.hook(hooks.direct.hookId);
      await stage.put(path, { ...stage.read(path), maxRequestsPerMinute: 1 });
    },
    trial(stage) {
      alert(stage, hooks.direct, "one");
      stage.after(1_000, () => alert(stage, hooks.direct, "two"));
    },
    mayDiffer: { receipts: SHEDDING, orders: SHEDDING, groups: SHEDDING, alerts: SHEDDING },
  },
];
