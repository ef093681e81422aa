// Which kind of document stands at a path. Versions belong to kinds, so every path that `paths` can spell has exactly
// one; a test holds the two files together.

/** A segment of a path that differs from document to document. */
const ID = "[^/]+";

/** Path of each kind, as a pattern of whole segments. */
const PATTERNS = {
  environment: "meta/environment",
  accountsMark: "meta/accounts",
  universe: `universe/${ID}`,
  account: `accounts/${ID}`,
  control: `accounts/${ID}/control/state`,
  nav: `accounts/${ID}/control/nav`,
  peak: `accounts/${ID}/control/peak`,
  venueSettings: `accounts/${ID}/control/venue`,
  commandSequence: `accounts/${ID}/control/commands`,
  config: `accounts/${ID}/config/${ID}`,
  sealedKeys: `accounts/${ID}/secrets/venue`,
  receipt: `accounts/${ID}/receipts/${ID}`,
  intent: `accounts/${ID}/intents/${ID}`,
  order: `accounts/${ID}/orders/${ID}`,
  group: `accounts/${ID}/groups/${ID}`,
  command: `accounts/${ID}/commands/${ID}`,
  outboxItem: `accounts/${ID}/outbox/${ID}`,
  publisherPing: `accounts/${ID}/telemetry/publisher`,
  reconcileBeat: `accounts/${ID}/telemetry/reconcile`,
  watchdogRecord: `accounts/${ID}/telemetry/watchdog`,
  routerTelemetry: `accounts/${ID}/telemetry/router`,
  routerTuning: `accounts/${ID}/telemetry/tuning`,
  executionHealth: `accounts/${ID}/telemetry/execution`,
  alert: `accounts/${ID}/alerts/${ID}`,
  journal: `accounts/${ID}/journal/${ID}`,
  navSeries: `accounts/${ID}/navSeries/${ID}`,
  overview: `accounts/${ID}/views/overview`,
  hook: `hooks/${ID}`,
  quarantined: `quarantine/${ID}`,
  deadLetter: `deadLetters/${ID}`,
  delivery: `deliveries/${ID}`,
} as const;

/** Kinds of what stands at a path. */
export type StoredKind = keyof typeof PATTERNS;

export const STORED_KINDS = Object.keys(PATTERNS) as readonly StoredKind[];

/** Messages have shapes of their own. A task carries an account's id and nothing else, for ever. */
const MESSAGE_KINDS = ["intentsMessage", "commandsMessage"] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export type DocumentKind = StoredKind | MessageKind;

export const DOCUMENT_KINDS: readonly DocumentKind[] = [...STORED_KINDS, ...MESSAGE_KINDS];

/** The kind of the messages of a topic. */
export const MESSAGE_KIND_OF = {
  intents: "intentsMessage",
  commands: "commandsMessage",
} as const satisfies Readonly<Record<string, MessageKind>>;

const MATCHERS = STORED_KINDS.map((kind) => [kind, new RegExp(`^${PATTERNS[kind]}$`)] as const);

/** Null for a path that no kind has. */
export function kindOf(path: string): StoredKind | null {
  return MATCHERS.find(([, pattern]) => pattern.test(path))?.[0] ?? null;
}
