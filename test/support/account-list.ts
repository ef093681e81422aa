// The list of accounts as a schedule has just read it, with the default account alone: no look asks for it again.
import type { AccountList } from "#functions/app/accounts/for-each-account.ts";
import { profile, type World } from "./world.ts";

export function freshList({ clock }: World): AccountList {
  return {
    profiles: [profile],
    loadedAtMs: clock.nowMs(),
    changedAtMs: null,
    markSeenAtMs: Number.MAX_SAFE_INTEGER,
  };
}
