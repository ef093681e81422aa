// The kinds of people who may come to the project's database, and every document path of the product with who reads
// it. One table for the evaluator's test and for the test through the real server.
export const USERS = {
  operator: { uid: "olga", token: { role: "operator" } },
  viewer: { uid: "vera", token: { role: "viewer" } },
  ownerOfA: { uid: "anna", token: { accounts: ["a"] } },
  traderOfA: { uid: "tess", token: { accounts: ["a"], role: "trader" } },
  ownerOfB: { uid: "bert", token: { accounts: ["b"], role: "viewer" } },
  ownerOfNone: { uid: "nina", token: { accounts: [] } },
  noClaims: { uid: "nobody", token: {} },
  oddClaims: { uid: "otto", token: { role: ["operator"], accounts: { a: true } } },
  signedOut: null,
} as const;

export type User = keyof typeof USERS;

const ACCOUNT_READERS: readonly User[] = ["operator", "ownerOfA", "traderOfA"];
const ANYBODY_WITH_A_CLAIM: readonly User[] = ["operator", "viewer", "ownerOfA", "traderOfA", "ownerOfB"];
const OPERATORS: readonly User[] = ["operator"];
const NOBODY: readonly User[] = [];

/** Readers of each document path. */
export const DOCUMENT_READERS: Readonly<Record<string, readonly User[]>> = {
  "accounts/a": ACCOUNT_READERS,
  "accounts/a/control/state": ACCOUNT_READERS,
  "accounts/a/control/nav": ACCOUNT_READERS,
  "accounts/a/control/peak": ACCOUNT_READERS,
  "accounts/a/control/commands": ACCOUNT_READERS,
  "accounts/a/config/current": ACCOUNT_READERS,
  "accounts/a/config/v1": ACCOUNT_READERS,
  "accounts/a/receipts/s1": ACCOUNT_READERS,
  "accounts/a/intents/i1": ACCOUNT_READERS,
  "accounts/a/orders/o1": ACCOUNT_READERS,
  "accounts/a/groups/g1": ACCOUNT_READERS,
  "accounts/a/commands/c1": ACCOUNT_READERS,
  "accounts/a/outbox/r1": ACCOUNT_READERS,
  "accounts/a/alerts/l1": ACCOUNT_READERS,
  "accounts/a/journal/1": ACCOUNT_READERS,
  "accounts/a/navSeries/2025-01-01": ACCOUNT_READERS,
  "accounts/a/views/overview": ACCOUNT_READERS,
  "accounts/a/telemetry/router": ACCOUNT_READERS,
  "accounts/a/secrets/venue": NOBODY,
  "accounts/a/keys/venue": NOBODY,
  "accounts/a/orders/o1/fills/f1": NOBODY,
  "meta/environment": ANYBODY_WITH_A_CLAIM,
  "meta/secrets": NOBODY,
  "universe/binance-usdm": ANYBODY_WITH_A_CLAIM,
  "strategies/s1": ANYBODY_WITH_A_CLAIM,
  "strategies/s1/tokens/t1": NOBODY,
  "doctor/latest": ANYBODY_WITH_A_CLAIM,
  "quarantine/q1": OPERATORS,
  "deadLetters/d1": OPERATORS,
  "hooks/h1": NOBODY,
  "deliveries/d1": NOBODY,
  "anything/else": NOBODY,
};

/** Who may list a collection as a whole. */
export const COLLECTION_READERS: Readonly<Record<string, readonly User[]>> = {
  accounts: OPERATORS,
  "accounts/a/orders": ACCOUNT_READERS,
  "accounts/a/receipts": ACCOUNT_READERS,
  "accounts/a/navSeries": ACCOUNT_READERS,
  "accounts/a/commands": ACCOUNT_READERS,
  "accounts/a/alerts": ACCOUNT_READERS,
  "accounts/a/telemetry": ACCOUNT_READERS,
  "accounts/a/secrets": NOBODY,
  meta: NOBODY,
  universe: ANYBODY_WITH_A_CLAIM,
  strategies: ANYBODY_WITH_A_CLAIM,
  doctor: ANYBODY_WITH_A_CLAIM,
  quarantine: OPERATORS,
  deadLetters: OPERATORS,
  anything: NOBODY,
};
