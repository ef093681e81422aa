// Settings of an account as a person would have them at the venue: the ones that it starts with, and changing them by hand.
import type { Account, AccountSettings } from "./state.ts";

const NEW_ACCOUNT: AccountSettings = {
  dualSidePosition: false,
  multiAssetsMargin: false,
  feeBurn: false,
  canTrade: true,
  keyMayTrade: true,
  keyMayWithdraw: false,
  keyIpRestrict: true,
};

export const SETTING_NAMES = Object.keys(NEW_ACCOUNT) as readonly (keyof AccountSettings)[];

export function settingsOf({ settings }: Account): Readonly<AccountSettings> {
  return settings ?? NEW_ACCOUNT;
}

export function changeSettings(account: Account, changes: Partial<AccountSettings>): void {
  account.settings = { ...settingsOf(account), ...changes };
}
