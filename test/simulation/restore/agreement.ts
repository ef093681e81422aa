// Holds a restored database against the matching engine, also where the copy is older than the venue: every position is
// a group's or a person was told of it, NAV is the venue's, and no entry was taken twice.
import { dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { World } from "#test/simulation/world.ts";

const USD_PER_E8 = "0.00000001";

/** Faults in words; empty where books and venue agree. */
export function disagreements(world: World): readonly string[] {
  const accounts = world.setup.accounts.filter(({ profile }) => profile.mode === "paper");
  return [
    ...accounts.flatMap(({ profile: { accountId } }) => ofAccount(world, accountId)),
    ...entriesTakenTwice(world),
  ];
}

function ofAccount(world: World, accountId: string): readonly string[] {
  const documents = world.store.dump();
  const read = <T>(path: string): T | undefined => documents[path] as T | undefined;
  const below = <T>(prefix: string): readonly T[] =>
    Object.entries(documents).flatMap(([path, data]) => (path.startsWith(prefix) ? [data as T] : []));
  const groups = below<Group>(`${paths.groups(accountId)}/`).filter(({ status }) => !isGroupEnded(status));
  const alerts = below<Alert>(`accounts/${accountId}/alerts/`);
  const nav = read<Nav>(paths.nav(accountId));
  const account = world.exchange.engine.state.accounts.get(accountId);
  const walletUsd = decimalString(dec(String(account?.walletUsdE8 ?? 0n)).mul(dec(USD_PER_E8)));
  const faults: string[] = [];
  if (nav?.stale !== false || nav.walletUsd !== walletUsd)
    faults.push(`${accountId}: NAV has ${nav?.walletUsd} USD, the venue ${walletUsd}`);
  for (const [symbol, { lots }] of account?.positions ?? []) {
    const lotBase = world.exchange.engine.specs.get(symbol)?.lotBase ?? Number.NaN;
    const held = groups
      .filter((group) => group.symbol === symbol)
      .reduce((sum, { side, qtyBase }) => sum + (side === "long" ? 1 : -1) * Number(qtyBase), 0);
    if (Math.round(held / lotBase) === lots) continue;
    const isTold = alerts.some(
      ({ code, message }) => code === "POSITION_UNKNOWN" && message.includes(symbol),
    );
    if (!isTold)
      faults.push(`${accountId}: ${symbol} is ${lots} lots at the venue, ${held} in the groups, untold`);
  }
  return faults;
}

function entriesTakenTwice(world: World): readonly string[] {
  const taken = new Map<string, number>();
  for (const { clientOrderId, executedLots, reduceOnly } of world.exchange.engine.state.orders.values())
    if (executedLots > 0 && !reduceOnly) taken.set(clientOrderId, (taken.get(clientOrderId) ?? 0) + 1);
  return [...taken].flatMap(([id, times]) => (times > 1 ? [`${id} was filled ${times} times`] : []));
}
