// Acts of persons on a crowded run beside its drawn items: a session with both limits, a mistyped
// confirmation, a profile that was unreadable until it was mended, an alert acknowledged, a receiver that
// refuses a message.

import { paths } from "#domain/documents/paths.ts";
import type { DocumentData } from "#ports/documents.ts";
import { type Notifier, NotifierError } from "#ports/notifier.ts";
import type { Mutation } from "#test/simulation/mutations/mutation.ts";
import { happen } from "#test/simulation/workload/happen.ts";
import { FIRST_ITEM_MS } from "#test/simulation/workload/items.ts";
import { ENVIRONMENT, type World } from "#test/simulation/world.ts";
import { lateAccount } from "./crowd.ts";

/** Before the first alert. */
const BREAKS_AFTER_MS = FIRST_ITEM_MS - 2_000;
const STARTS_AFTER_MS = 70_000;
const ACKNOWLEDGES_AFTER_MS = 150_000;
/** After eight attempts of the alerts that came first, by the broker's back-off. */
const MENDS_AFTER_MS = 250_000;
/** Its two minutes for the second step have not run out when the run is recorded. */
const MISTYPES_AFTER_MS = 225_000;
const HOUR_MS = 3_600_000;

/** `lastOrderAtMs`: when a session's stop-loss is moved, if it is; soon enough before the moment to be on its way then. */
export function byHand(world: World, lastOrderAtMs: number | null): void {
  const { queue, setup } = world;
  const [first] = setup.accounts;
  if (first === undefined) throw new Error("A crowded run has accounts");
  const { accountId, name } = first.profile;
  const at = (afterMs: number, act: () => void): void => queue.at(setup.startMs + afterMs, act);
  const order = (key: string, order: Parameters<typeof happen>[1] & { kind: "command" }): void =>
    happen(world, { ...order, key });
  at(STARTS_AFTER_MS, () =>
    order("session", {
      kind: "command",
      accountId,
      key: "",
      order: { kind: "start", horizonInMs: HOUR_MS, stopLossOfNav: 0.9 },
      repeated: false,
    }),
  );
  at(ACKNOWLEDGES_AFTER_MS, () =>
    order("seen", { kind: "command", accountId, key: "", order: { kind: "acknowledge" }, repeated: false }),
  );
  at(MISTYPES_AFTER_MS, () =>
    world.commandFront.post({
      key: "mistyped",
      accountId,
      accountName: `${name}?`,
      request: { kind: "resume" },
      reason: "looks fine again from here",
    }),
  );
  if (lastOrderAtMs !== null)
    at(lastOrderAtMs, () =>
      order("last", {
        kind: "command",
        accountId,
        key: "",
        order: { kind: "stopLoss", ofNav: 0.85 },
        repeated: false,
      }),
    );
  breakProfile(world, at);
}

/** A profile without its venue, as a slip of a hand leaves it; later the whole one again. */
function breakProfile(world: World, at: (afterMs: number, act: () => void) => void): void {
  const { profile } = lateAccount(world.setup);
  const path = paths.account(profile.accountId);
  const whole: DocumentData = { ...profile };
  const { venue: _forgotten, ...rest } = whole;
  const put = (data: DocumentData): void => {
    const writes = [{ op: "set", path, data } as const];
    void world.store.commit(writes).then(() => world.witness.landed(null, ENVIRONMENT, writes));
  };
  at(BREAKS_AFTER_MS, () => put(rest));
  at(MENDS_AFTER_MS, () => put(whole));
}

/** A fault outside the product: the receiver of notifications refuses one kind of them for good. */
export const pickyReceiver: Mutation = {
  name: "pickyReceiver",
  says: "The receiver of notifications answers some of them with a refusal.",
  hooks: () => ({
    notifier: (notifier: Notifier): Notifier => ({
      send: async (notification) => {
        if (notification.title === REFUSED_TITLE) throw new NotifierError("The notifier answered 422", true);
        await notifier.send(notification);
      },
    }),
  }),
};
const REFUSED_TITLE = "PROFILE_UNUSABLE";
