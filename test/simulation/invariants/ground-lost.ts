// Rule 5, fresh ground (docs/RULES.md), from the moment at which the ground is lost: no entry is ordered after the commit that
// made NAV stale, or that noted how the venue has set the account otherwise than the config wants it. Whether an instance has
// its books in memory or reads them makes no difference. Settings are read from the wire, NAV from the commits.
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { WireRequest } from "../ports/venue-transport.ts";
import { type Change, configInForce, type Evidence, type Invariant } from "./invariant.ts";

/** The whole account in place of a symbol. */
export const ALL = "";

/** The ground that an account has lost, with the commit's time; settings by symbol. */
interface Lost {
  navSinceMs: number | null;
  readonly settingsSinceMs: Map<string, number>;
}

export const noEntryAfterGroundIsLost: Invariant = {
  rule: 5,
  name: "noEntryAfterGroundIsLost",
  says: "No instance, with books in memory or without, orders an entry after the commit by which NAV became stale or a setting at the venue was found to differ, until a later commit mends it.",
  watch(evidence) {
    const accounts = new Map<string, Lost>();
    const lostOf = (accountId: string): Lost => {
      const lost = accounts.get(accountId) ?? { navSinceMs: null, settingsSinceMs: new Map() };
      accounts.set(accountId, lost);
      return lost;
    };
    /** Symbols that differ by the last answers to a process. */
    const answers = new Map<string, Map<string, ReadonlySet<string>>>();
    return {
      received(request, response) {
        const differing = differingIn(evidence, request, response);
        if (differing === null) return;
        const key = `${request.process.id}/${request.accountId}`;
        answers.set(key, (answers.get(key) ?? new Map()).set(request.name, differing));
      },
      landed({ process, changes }) {
        for (const change of changes) if (isNewEntry(change)) checkEntry(evidence, change, lostOf);
        for (const { accountId, path, after } of changes) {
          if (accountId === null || after === null || process === null) continue;
          const lost = lostOf(accountId);
          if (path === paths.nav(accountId))
            lost.navSinceMs = (after as unknown as Nav).stale === false ? null : evidence.nowMs();
          if (path !== paths.venueSettings(accountId)) continue;
          lost.settingsSinceMs.clear();
          const known = answers.get(`${process.id}/${accountId}`) ?? new Map<string, ReadonlySet<string>>();
          for (const symbol of [...known.values()].flatMap((symbols) => [...symbols]))
            lost.settingsSinceMs.set(symbol, evidence.nowMs());
        }
      },
    };
  },
};

function isNewEntry({ path, before, after }: Change): boolean {
  if (!path.includes("/orders/") || before !== null || after === null) return false;
  return !(after as unknown as Order).request.reduceOnly;
}

function checkEntry(
  evidence: Evidence,
  { accountId, after }: Change,
  lostOf: (accountId: string) => Lost,
): void {
  const { request } = after as unknown as Order;
  const { navSinceMs, settingsSinceMs } = lostOf(accountId ?? "");
  const id = request.clientOrderId;
  if (navSinceMs !== null)
    evidence.fail(
      `the entry ${id} was ordered ${evidence.nowMs() - navSinceMs} ms after a commit had made the NAV of ${accountId} stale`,
    );
  const sinceMs = settingsSinceMs.get(ALL) ?? settingsSinceMs.get(request.symbol);
  if (sinceMs !== undefined)
    evidence.fail(
      `the entry ${id} was ordered ${evidence.nowMs() - sinceMs} ms after a reading had found ${accountId} set otherwise than wanted for ${request.symbol}`,
    );
}

/** Symbols whose settings differ from the config by this answer; null: it says nothing of settings. */
export function differingIn(
  evidence: Evidence,
  { name, accountId }: WireRequest,
  response: HttpResponse | null,
): ReadonlySet<string> | null {
  if (response?.status !== 200) return null;
  const body = (): Readonly<Record<string, unknown>> => JSON.parse(response.body);
  if (name === "GET /fapi/v1/accountConfig") return new Set(body().canTrade === false ? [ALL] : []);
  if (name === "GET /sapi/v1/account/apiRestrictions")
    return new Set(body().enableFutures === false ? [ALL] : []);
  if (name !== "GET /fapi/v1/symbolConfig") return null;
  const config = configInForce(evidence, accountId);
  const wanted = config?.venueAccount;
  const rows = JSON.parse(response.body) as readonly Readonly<Record<string, unknown>>[];
  if (wanted === undefined) return new Set();
  return new Set(
    rows.flatMap(({ symbol, leverage, marginType }) => {
      const wantedTimes = wanted.leverageBySymbol[String(symbol)] ?? wanted.leverage;
      const isOther =
        (wantedTimes !== null && Number(leverage) !== wantedTimes) ||
        (wanted.marginType !== null && (marginType === "ISOLATED") !== (wanted.marginType === "isolated"));
      // Of a symbol that is not configured no entry is taken anyway.
      return isOther && config?.symbols.includes(String(symbol)) ? [String(symbol)] : [];
    }),
  );
}
