// Mutations of what is known of an account at its venue: a reading that is believed to be good, and a difference that is kept
// from people.
import { keysOf } from "../workload/account-keys.ts";
import type { Mutation } from "./mutation.ts";
import { dropping } from "./rewrites.ts";

/** As the exchange sets up an account. */
const AT_FIRST = { leverage: 20, marginType: "cross" } as const;

export const SETTING_MUTATIONS: readonly Mutation[] = [
  {
    name: "keysTold",
    says: "A notification repeats the account's key.",
    hooks: () => ({
      notifier: (notifier) => ({
        send: (notification) => {
          const { apiKey } = keysOf(notification.accountId);
          return notifier.send({ ...notification, text: `${notification.text} (key ${apiKey})` });
        },
      }),
    }),
  },
  {
    name: "settingsBelieved",
    says: "Whatever the venue answers, account and key are taken to be allowed to trade.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchSettings(symbols) {
          const settings = await venue.fetchSettings(symbols);
          const key = settings.key === null ? null : { ...settings.key, mayTrade: true };
          return { ...settings, mayTrade: true, key };
        },
      }),
    }),
  },
  {
    name: "symbolsBelieved",
    says: "Whatever the venue answers, every symbol is taken to be held with the leverage and the margin type of before.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        async fetchSettings(symbols) {
          const settings = await venue.fetchSettings(symbols);
          const believed = Object.entries(settings.symbols).map(([symbol, each]) => [
            symbol,
            { ...each, ...AT_FIRST },
          ]);
          return { ...settings, symbols: Object.fromEntries(believed) };
        },
      }),
    }),
  },
  {
    name: "settingsUntold",
    says: "The alert about settings that differ is not stored.",
    hooks: () => ({
      documents: (port) =>
        dropping(port, (write) => write.op === "create" && write.data.code === "VENUE_SETTINGS_DIFFER"),
    }),
  },
];
