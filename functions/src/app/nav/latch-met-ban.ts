// A ban that the NAV run's questions met, latched once: the run itself keeps it only as a source that failed.
import { latchBanUntil } from "#app/books";
import type { Asked } from "./ask-sources.ts";
import type { NavDeps } from "./nav-state.ts";

const NAV_ACTOR = "nav";

/** After the NAV is stored. Throws DocumentError, UnusableDocumentError. */
export async function latchMetBan(deps: NavDeps, accountId: string, { answers }: Asked): Promise<void> {
  const { account, oneMoment, marks, income } = answers;
  const met = [account, oneMoment, marks, income].flatMap((each) =>
    each.ok ? [] : (each.bannedUntilMs ?? []),
  );
  if (met.length === 0) return;
  const known = deps.navCache.get(accountId)?.control ?? null;
  const ban = { untilMs: Math.max(...met), actor: NAV_ACTOR };
  const control = await latchBanUntil(deps, accountId, ban, known);
  const state = deps.navCache.get(accountId);
  if (state !== undefined) deps.navCache.set(accountId, { ...state, control });
}
