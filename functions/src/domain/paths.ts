// Where every document lives. The only place that spells a path.
export const paths = {
  environment: "meta/environment",
  universe: "universe/current",
  account: (accountId: string) => `accounts/${accountId}`,
  control: (accountId: string) => `accounts/${accountId}/control/state`,
  nav: (accountId: string) => `accounts/${accountId}/control/nav`,
  peak: (accountId: string) => `accounts/${accountId}/control/peak`,
  config: (accountId: string) => `accounts/${accountId}/config/current`,
  configVersion: (accountId: string, version: number) => `accounts/${accountId}/config/v${version}`,
  receipts: (accountId: string) => `accounts/${accountId}/receipts`,
  receipt: (accountId: string, signalId: string) => `accounts/${accountId}/receipts/${signalId}`,
  intents: (accountId: string) => `accounts/${accountId}/intents`,
  intent: (accountId: string, intentId: string) => `accounts/${accountId}/intents/${intentId}`,
  orders: (accountId: string) => `accounts/${accountId}/orders`,
  order: (accountId: string, clientOrderId: string) => `accounts/${accountId}/orders/${clientOrderId}`,
  groups: (accountId: string) => `accounts/${accountId}/groups`,
  group: (accountId: string, groupId: string) => `accounts/${accountId}/groups/${groupId}`,
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
