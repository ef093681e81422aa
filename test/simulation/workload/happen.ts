// Lets an item of the workload happen to a world.
import { createHmac } from "node:crypto";
import type { AccountConfig } from "#domain/documents/config.ts";
import { taskName } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { AdminInputError } from "#local/exchange/admin/input.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { keysOf } from "#test/simulation/workload/account-keys.ts";
import { inTheWayMs } from "../disturbances.ts";
import { universeOf } from "../first-documents.ts";
import { venueOf, venuesOf } from "../venues.ts";
import { ENVIRONMENT, type World } from "../world.ts";
import { requestFor } from "./commands.ts";
import { ENDPOINTS, effectOf } from "./endpoints.ts";
import { happenAtVenue } from "./happen-at-venue.ts";
import { happenOutside } from "./happen-outside.ts";
import { makeUnreadable } from "./happen-unreadable.ts";
import type { BreakableDocument, Happening } from "./items.ts";
import { activateConfig, changedConfig, orderFlattening, setTradingState } from "./operator.ts";

/** Long enough for what follows on a drawdown. */
const REASON = "simulated, and looked at from all sides";
/** A document that no schema accepts. */
const BROKEN = { broken: true } as const;

export function happen(world: World, happening: Happening): undefined {
  const { queue, log } = world;
  log.add(queue.nowMs, `happens: ${inWords(happening)}`);
  const lastsMs = inTheWayMs(happening);
  if (lastsMs !== null) world.policy.disturbances?.add(happening.kind, queue.nowMs, lastsMs);
  switch (happening.kind) {
    case "alert":
      return world.front.send(happening.alert);
    case "tradingState":
      return operate(world, () =>
        setTradingState(world.hand, happening.accountId, happening.state, queue.nowMs),
      );
    case "command":
      return order(world, happening);
    case "config":
      return operate(world, () =>
        activateConfig(world.hand, happening.accountId, happening.change, queue.nowMs),
      );
    case "regime":
      world.exchange.admin("regime", { regime: happening.regime });
      return;
    case "jump":
      world.exchange.admin("jump", { percent: happening.percent, symbol: happening.symbol });
      return;
    case "tradeByHand":
      return tradeByHand(world, happening);
    case "pauseInstance": {
      const { alive } = world.functions;
      const paused = alive[Math.floor(happening.choice * alive.length)];
      if (paused !== undefined) paused.pausedUntilMs = queue.nowMs + happening.pauseMs;
      return;
    }
    case "killInstances":
      for (const process of world.functions.alive) process.kill();
      return;
    case "frozenMarket":
      return world.faultFor(happening.durationMs, {
        effect: { kind: "stale" },
        match: { path: "/fapi/v1/ticker/bookTicker" },
      });
    case "venueDown":
      return world.faultFor(happening.durationMs, {
        effect: { kind: "reset", when: happening.acts ? "after" : "before" },
      });
    case "answersLost":
      return world.faultFor(happening.durationMs, {
        effect: { kind: "reset", when: "after" },
        match: { method: "POST", path: "^/fapi/v1/order$" },
      });
    case "endpoints":
      for (const endpoint of happening.endpoints) {
        const match = { path: ENDPOINTS[endpoint] };
        world.faultFor(happening.durationMs, { effect: effectOf(happening.fault), match });
      }
      return;
    case "venueClock":
      return world.faultFor(happening.durationMs, {
        effect: { kind: "clockSkew", skewMs: happening.skewMs },
      });
    case "ban":
      return banAddress(world, happening.seconds);
    case "crowd":
      world.exchange.admin("crowd", { weight: happening.weight });
      return;
    case "outage":
      world.schedules.outageUntilMs.set(happening.schedule, queue.nowMs + happening.durationMs);
      return;
    case "brokenDocument":
      return operate(world, () => breakDocument(world, happening.accountId, happening.which));
    case "universe":
      return world.fire("universe");
    case "flatten":
      operate(world, () => orderFlattening(world.hand, happening.accountId, queue.nowMs));
      world.broker.schedule({
        queue: "followUp",
        name: taskName("flatten", happening.accountId, queue.nowMs),
        payload: { accountId: happening.accountId },
        runAtMs: queue.nowMs,
      });
      return;
    case "transfer":
      return transfer(world, happening.accountId, happening.amountUsd);
    case "configByHand":
      return operate(world, () => editConfig(world, happening.accountId, happening.how));
    case "silence":
      for (const schedule of ["nav", "reconcile"] as const)
        world.schedules.outageUntilMs.set(schedule, queue.nowMs + happening.durationMs);
      return;
    case "deaf":
      world.deafUntilMs.set(happening.deaf, queue.nowMs + happening.durationMs);
      return;
    case "venueSetting":
      world.exchange.admin("settings", { accountId: happening.accountId, [happening.setting]: false });
      return;
    case "coin": {
      const { accountId, asset, qty } = happening;
      world.exchange.admin("deposit", { accountId, asset, qty });
      return;
    }
    case "readDown":
      return world.faultFor(happening.durationMs, {
        effect: {
          kind: "venueError",
          when: "before",
          status: 400,
          code: -1100,
          msg: "Illegal characters found.",
        },
        match: { method: "GET", path: happening.path },
      });
    case "priceRow":
      return world.faultFor(happening.durationMs, {
        effect: { kind: "row", symbol: happening.symbol, how: happening.how },
        match: { path: "/fapi/v1/ticker/bookTicker" },
      });
    case "oddRow": {
      const { list, ...row } = happening.row;
      const effect = { kind: "oddRow", when: "after", ...row } as const;
      return world.faultFor(happening.durationMs, { effect, match: { path: list } });
    }
    case "readIncident":
    case "accountRefused":
    case "purged":
    case "restsByHand":
      return happenAtVenue(world, happening);
    case "strayMessage":
      world.witness.strayMessages.push(happening.payload);
      world.broker.publish("intents", happening.payload);
      return;
    case "symbolSetting":
    case "adl":
    case "squeeze":
    case "unpriced":
      return happenOutside(world, happening);
    case "unreadable":
      return makeUnreadable(world, happening);
  }
}

function order(world: World, happening: Extract<Happening, { kind: "command" }>): undefined {
  const { accountId, key, order: wanted, repeated } = happening;
  const request = requestFor(world, accountId, wanted);
  const profile = world.setup.accounts.find((each) => each.profile.accountId === accountId)?.profile;
  if (request === null || profile === undefined) return;
  const command = { key, accountId, accountName: profile.name, request, reason: REASON };
  world.commandFront.post(command);
  if (repeated) world.commandFront.post(command);
}

/** Brings back the documents that were broken, as an operator would after reading the alerts. */
export async function mend(world: World): Promise<void> {
  const writes: DocumentWrite[] = [];
  for (const venue of venuesOf(world.setup)) {
    const path = paths.universe(venue);
    const [universe] = await world.hand.getAll([path]);
    if (universe?.data?.broken === true)
      writes.push({ op: "set", path, data: encode(await universeOf(world.setup, venue)) });
  }
  for (const { profile } of world.setup.accounts) {
    writes.push(...(await mendedConfig(world, profile.accountId)));
    const broken = [paths.nav(profile.accountId), paths.peak(profile.accountId)];
    for (const { path, data } of await world.hand.getAll(broken)) {
      if (data?.broken === true) writes.push({ op: "delete", path });
    }
  }
  if (writes.length === 0) return;
  await world.hand.commit(writes);
  await world.witness.landed(null, ENVIRONMENT, writes);
}

/** The venue refuses a withdrawal beyond the available money. */
function transfer(world: World, accountId: string, amountUsd: number): undefined {
  const action = amountUsd > 0 ? "deposit" : "withdraw";
  try {
    world.exchange.admin(action, { accountId, amountUsd: Math.abs(amountUsd) });
  } catch (error) {
    if (!(error instanceof AdminInputError)) throw error;
    world.log.add(world.queue.nowMs, `the venue refuses to ${action}: ${error.message}`);
  }
}

/** A version far ahead of every one that a command could have made meanwhile. */
const FOREIGN_VERSION_STEP = 1_000;

async function editConfig(
  world: World,
  accountId: string,
  how: "broken" | "foreign",
): Promise<readonly DocumentWrite[]> {
  const path = paths.config(accountId);
  const [snapshot] = await world.hand.getAll([path]);
  const config = snapshot?.data as unknown as AccountConfig;
  const isReadable = config.symbols !== undefined;
  const foreign = isReadable
    ? { ...changedConfig(config, "looser"), version: config.version + FOREIGN_VERSION_STEP }
    : BROKEN;
  const writes: DocumentWrite[] = [{ op: "set", path, data: how === "broken" ? BROKEN : encode(foreign) }];
  await world.hand.commit(writes);
  return writes;
}

/** Puts back the version in force where somebody's hand left another document. */
async function mendedConfig(world: World, accountId: string): Promise<readonly DocumentWrite[]> {
  const path = paths.config(accountId);
  const [current, control] = await world.hand.getAll([path, paths.control(accountId)]);
  const version = Number(control?.data?.configVersion);
  if (current?.data?.version === version) return [];
  const [kept] = await world.hand.getAll([paths.configVersion(accountId, version)]);
  return kept?.data == null ? [] : [{ op: "set", path, data: kept.data }];
}

/** A change that is made at once and cannot fail; the microtasks of this event see it through. */
function operate(world: World, change: () => Promise<readonly DocumentWrite[]>): undefined {
  void change().then((writes) => world.witness.landed(null, ENVIRONMENT, writes));
}

async function breakDocument(
  world: World,
  accountId: string,
  which: BreakableDocument,
): Promise<readonly DocumentWrite[]> {
  const path = {
    nav: paths.nav(accountId),
    peak: paths.peak(accountId),
    universe: paths.universe(venueOf(world.setup, accountId)),
  }[which];
  const writes: DocumentWrite[] = [{ op: "set", path, data: BROKEN }];
  await world.hand.commit(writes);
  return writes;
}

/** The ban ends when it says: without an end one counts as ten minutes at the second venue, longer than a run. */
function banAddress(world: World, seconds: number): undefined {
  world.exchange.admin("ban", { seconds });
  if (!venuesOf(world.setup).includes("bybit-linear")) return;
  const effect = { kind: "rateLimit", status: 418, retryAfterS: seconds } as const;
  world.faultFor(seconds * 1_000, { effect, match: { path: "/v5/.*" } });
}

/** An order from somebody who has the account's keys and does not go through us. */
function tradeByHand(world: World, trade: Extract<Happening, { kind: "tradeByHand" }>): undefined {
  const { exchange, queue } = world;
  const spec = exchange.engine.specs.get(trade.symbol);
  const state = exchange.engine.state.symbols.get(trade.symbol);
  if (spec === undefined || state === undefined) return;
  const lots = Math.max(1, Math.round(trade.notionalUsd / (state.midUsd * spec.lotBase)));
  const { apiKey, secret } = keysOf(trade.accountId);
  const quantity = (lots * spec.lotBase).toFixed(spec.qtyPrecision);
  const unsigned = `symbol=${trade.symbol}&side=${trade.side}&type=MARKET&quantity=${quantity}&timestamp=${queue.nowMs}`;
  const signature = createHmac("sha256", secret).update(unsigned).digest("hex");
  exchange.handle({
    method: "POST",
    path: "/fapi/v1/order",
    query: "",
    body: `${unsigned}&signature=${signature}`,
    headers: { "x-mbx-apikey": apiKey },
  });
}

/** An item as the log and a report tell it. */
export function inWords(happening: Happening): string {
  if (happening.kind !== "alert") return JSON.stringify(happening);
  const { key, hook, body } = happening.alert;
  return `alert ${key} to ${hook.hookId}: ${body}`;
}
