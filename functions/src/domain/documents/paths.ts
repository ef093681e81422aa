// Where every document lives. The only place that spells a path.
import type { VenueId } from "./account.ts";

export const paths = {
  environment: "meta/environment",
  /** Dated anew in the batch that adds an account or changes a profile. */
  accountsMark: "meta/accounts",
  /** Every account of a venue is decided on the same markets. */
  universe: (venue: VenueId) => `universe/${venue}`,
  /** The markets of the only venue, as they were stored before there was a second one. */
  universeOfOneVenue: "universe/current",
  account: (accountId: string) => `accounts/${accountId}`,
  control: (accountId: string) => `accounts/${accountId}/control/state`,
  nav: (accountId: string) => `accounts/${accountId}/control/nav`,
  peak: (accountId: string) => `accounts/${accountId}/control/peak`,
  venueSettings: (accountId: string) => `accounts/${accountId}/control/venue`,
  config: (accountId: string) => `accounts/${accountId}/config/current`,
  configVersion: (accountId: string, version: number) => `accounts/${accountId}/config/v${version}`,
  /** Venue keys in an envelope; no client reads it. */
  sealedKeys: (accountId: string) => `accounts/${accountId}/secrets/venue`,
  receipts: (accountId: string) => `accounts/${accountId}/receipts`,
  receipt: (accountId: string, signalId: string) => `accounts/${accountId}/receipts/${signalId}`,
  intents: (accountId: string) => `accounts/${accountId}/intents`,
  intent: (accountId: string, intentId: string) => `accounts/${accountId}/intents/${intentId}`,
  orders: (accountId: string) => `accounts/${accountId}/orders`,
  order: (accountId: string, clientOrderId: string) => `accounts/${accountId}/orders/${clientOrderId}`,
  groups: (accountId: string) => `accounts/${accountId}/groups`,
  group: (accountId: string, groupId: string) => `accounts/${accountId}/groups/${groupId}`,
  commands: (accountId: string) => `accounts/${accountId}/commands`,
  command: (accountId: string, commandId: string) => `accounts/${accountId}/commands/${commandId}`,
  /** Last sequence given to a command; written only by the function that takes commands in. */
  commandSequence: (accountId: string) => `accounts/${accountId}/control/commands`,
  outbox: (accountId: string) => `accounts/${accountId}/outbox`,
  outboxItem: (accountId: string, id: string) => `accounts/${accountId}/outbox/${id}`,
  telemetry: (accountId: string, kind: string) => `accounts/${accountId}/telemetry/${kind}`,
  alerts: (accountId: string) => `accounts/${accountId}/alerts`,
  alert: (accountId: string, alertId: string) => `accounts/${accountId}/alerts/${alertId}`,
  journal: (accountId: string, seq: number) =>
    `accounts/${accountId}/journal/${String(seq).padStart(10, "0")}`,
  navSeries: (accountId: string, day: string) => `accounts/${accountId}/navSeries/${day}`,
  overview: (accountId: string) => `accounts/${accountId}/views/overview`,
  hook: (hookId: string) => `hooks/${hookId}`,
  quarantine: (id: string) => `quarantine/${id}`,
  deadLetter: (id: string) => `deadLetters/${id}`,
  /** Failed attempts at one bus message; exists only while it fails. */
  delivery: (id: string) => `deliveries/${id}`,
} as const;
