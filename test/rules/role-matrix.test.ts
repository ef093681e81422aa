// Every cell of the table of readers against the project's security rules, as the local Firestore judges them: kind of
// document by kind of user, for an account of theirs and for another, reading and writing.
// Proves: domain/command/role-table.ts
import { readFileSync } from "node:fs";
import { type AccessRequest, compileRules } from "@ballast/local-firestore";
import { describe, expect, it } from "vitest";
import { READER_TABLE, type Readers } from "#domain/command/role-table.ts";
import { kindOf, STORED_KINDS, type StoredKind } from "#domain/documents/kinds.ts";
import { paths } from "#domain/documents/paths.ts";

const rules = compileRules(readFileSync(new URL("../../firestore.rules", import.meta.url), "utf8"));

/** Tokens of users, and the accounts that their claims list. */
const USERS = {
  operator: { role: "operator" },
  "operator with accounts": { role: "operator", accounts: ["b"] },
  "trader of a": { role: "trader", accounts: ["a"] },
  "viewer of a": { role: "viewer", accounts: ["a"] },
  "a's user without a role": { accounts: ["a"] },
  "trader of b": { role: "trader", accounts: ["b"] },
  "viewer without accounts": { role: "viewer" },
  "trader without accounts": { role: "trader" },
  "user without claims": {},
  "user whose claims are odd": { role: ["operator"], accounts: { a: true } },
  "machine that signs in as one": { role: "machine" },
  "signed out": null,
} as const;
type User = keyof typeof USERS;
const users = Object.keys(USERS) as User[];

/** By the words of the table, and nothing of the rules. */
const OPERATORS: readonly User[] = ["operator", "operator with accounts"];
const OF_A: readonly User[] = ["trader of a", "viewer of a", "a's user without a role"];
const WITH_A_CLAIM: readonly User[] = [...OPERATORS, ...OF_A, "trader of b", "viewer without accounts"];
const READERS: Readonly<Record<Readers, readonly User[]>> = {
  account: [...OPERATORS, ...OF_A],
  anyClaim: WITH_A_CLAIM,
  operator: OPERATORS,
  none: [],
};

/** A path of each kind, in account a where it is an account's. */
const PATHS: Readonly<Record<StoredKind, string>> = {
  environment: paths.environment,
  accountsMark: paths.accountsMark,
  universe: paths.universe("binance-usdm"),
  account: paths.account("a"),
  control: paths.control("a"),
  nav: paths.nav("a"),
  peak: paths.peak("a"),
  venueSettings: paths.venueSettings("a"),
  sealedKeys: paths.sealedKeys("a"),
  commandSequence: paths.commandSequence("a"),
  config: paths.config("a"),
  receipt: paths.receipt("a", "x"),
  intent: paths.intent("a", "x"),
  order: paths.order("a", "x"),
  group: paths.group("a", "x"),
  command: paths.command("a", "x"),
  outboxItem: paths.outboxItem("a", "x"),
  publisherPing: paths.telemetry("a", "publisher"),
  reconcileBeat: paths.telemetry("a", "reconcile"),
  watchdogRecord: paths.telemetry("a", "watchdog"),
  routerTelemetry: paths.telemetry("a", "router"),
  routerTuning: paths.telemetry("a", "tuning"),
  executionHealth: paths.telemetry("a", "execution"),
  alert: paths.alert("a", "x"),
  journal: paths.journal("a", 1),
  navSeries: paths.navSeries("a", "2026-01-01"),
  overview: paths.overview("a"),
  hook: paths.hook("x"),
  quarantined: paths.quarantine("x"),
  deadLetter: paths.deadLetter("x"),
  delivery: paths.delivery("x"),
};

type Asked = Pick<AccessRequest, "operation" | "path"> & Partial<AccessRequest>;

const allowed = (asked: Asked): readonly User[] =>
  users.filter((user) => {
    const token = USERS[user];
    const auth = token === null ? null : { uid: user, token };
    return rules.allows({ before: {}, after: null, timeMs: 0, caller: { kind: "client", auth }, ...asked });
  });

describe.each(STORED_KINDS)("documents of kind %s", (kind) => {
  const path = PATHS[kind];

  it("are read by the users that the table names, and by no other", () => {
    expect(kindOf(path)).toBe(kind);
    expect([...allowed({ operation: "get", path })].sort()).toEqual([...READERS[READER_TABLE[kind]]].sort());
  });

  it("are written by no user", () => {
    for (const operation of ["create", "update", "delete"] as const)
      expect(allowed({ operation, path, after: operation === "delete" ? null : {} })).toEqual([]);
  });

  it("are listed by no user who may not read each of them", () => {
    const collection = path.slice(0, path.lastIndexOf("/"));
    const listing = allowed({ operation: "list", path: collection, before: null });
    expect(READERS[READER_TABLE[kind]]).toEqual(expect.arrayContaining([...listing]));
  });

  it("of another account are read by its own users and by operators", () => {
    if (READER_TABLE[kind] !== "account") return;
    const other = path.replace("accounts/a", "accounts/b");
    expect(allowed({ operation: "get", path: other })).toEqual([...OPERATORS, "trader of b"]);
  });
});
