// A stored shape changes only together with its version: beside each kind's version stands the fingerprint of its schema.
// After a change with its step (docs/CHANGES.md) the new figures are written with BALLAST_WRITE_FINGERPRINTS=1.
// Proves: schemas/documents.ts, domain/documents/versions.ts
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { DOCUMENT_KINDS, type DocumentKind } from "#domain/documents/kinds.ts";
import { paths } from "#domain/documents/paths.ts";
import { KNOWLEDGE, stampOf } from "#domain/documents/versions.ts";
import { commandMessageSchema } from "#schemas/command.ts";
import { schemaOfPath } from "#schemas/documents.ts";
import { intentMessageSchema } from "#schemas/records.ts";

const FILE = new URL("./fingerprints.json", import.meta.url);

/** A path of each kind that has a schema; a delivery is a count, read as one. */
const PATHS: Readonly<
  Record<Exclude<DocumentKind, "delivery" | "intentsMessage" | "commandsMessage">, string>
> = {
  environment: paths.environment,
  accountsMark: paths.accountsMark,
  universe: paths.universe("binance-usdm"),
  account: paths.account("a"),
  control: paths.control("a"),
  nav: paths.nav("a"),
  peak: paths.peak("a"),
  sealedKeys: paths.sealedKeys("a"),
  venueSettings: paths.venueSettings("a"),
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
};

function schemaOf(kind: DocumentKind): z.ZodType | null {
  if (kind === "intentsMessage") return intentMessageSchema;
  if (kind === "commandsMessage") return commandMessageSchema;
  return kind === "delivery" ? null : schemaOfPath(PATHS[kind]);
}

function fingerprint(schema: z.ZodType): string {
  const shape = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }));
  return createHash("sha256").update(shape).digest("hex").slice(0, 16);
}

function present(): Readonly<Record<string, { readonly version: number; readonly shape: string }>> {
  const rows = DOCUMENT_KINDS.flatMap((kind) => {
    const schema = schemaOf(kind);
    return schema === null
      ? []
      : [[kind, { version: stampOf(KNOWLEDGE, kind).version, shape: fingerprint(schema) }] as const];
  });
  return Object.fromEntries(rows);
}

it("every kind but a count has a schema, and two different shapes have different fingerprints", () => {
  expect(DOCUMENT_KINDS.filter((kind) => schemaOf(kind) === null)).toEqual(["delivery"]);
  const shapes = Object.values(present()).map(({ shape }) => shape);
  expect(new Set(shapes).size).toBe(shapes.length);
  expect(fingerprint(z.strictObject({ a: z.string() }))).not.toBe(
    fingerprint(z.strictObject({ a: z.string(), b: z.string() })),
  );
});

it("no stored shape has changed without a new version", () => {
  if (process.env.BALLAST_WRITE_FINGERPRINTS === "1")
    writeFileSync(FILE, `${JSON.stringify(present(), null, 2)}\n`);
  expect(present()).toEqual(JSON.parse(readFileSync(FILE, "utf8")));
});
