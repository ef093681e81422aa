// Guards the list of versions: every path has one kind, what is frozen stays at its first shape, and no step touches a
// field that is changed in place by writers that do not know the shape.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DOCUMENT_KINDS, kindOf } from "#domain/documents/kinds.ts";
import { paths } from "#domain/documents/paths.ts";
import { FROZEN_KINDS, KNOWLEDGE, PATCHED_FIELDS, stampOf, upgraded } from "#domain/documents/versions.ts";
import { schemaOfPath } from "#schemas/documents.ts";

const { version: RELEASE } = JSON.parse(
  readFileSync(new URL("../../../../package.json", import.meta.url), "utf8"),
) as { readonly version: string };

const DOCUMENTS: readonly string[] = [
  paths.environment,
  paths.universe,
  paths.account("a"),
  paths.control("a"),
  paths.nav("a"),
  paths.peak("a"),
  paths.commandSequence("a"),
  paths.config("a"),
  paths.configVersion("a", 2),
  paths.receipt("a", "s"),
  paths.intent("a", "i"),
  paths.order("a", "o"),
  paths.group("a", "g"),
  paths.command("a", "c"),
  paths.outboxItem("a", "m"),
  paths.telemetry("a", "publisher"),
  paths.telemetry("a", "reconcile"),
  paths.telemetry("a", "watchdog"),
  paths.alert("a", "x"),
  paths.journal("a", 1),
  paths.navSeries("a", "2026-01-01"),
  paths.overview("a"),
  paths.hook("h"),
  paths.quarantine("q"),
  paths.deadLetter("d"),
  paths.delivery("d"),
];

describe("kinds", () => {
  it("name every document that a path can be spelled for, and nothing else", () => {
    expect(new Set(DOCUMENTS.map(kindOf))).toEqual(new Set(DOCUMENT_KINDS));
    expect(kindOf("accounts/a/elsewhere/b")).toBeNull();
    expect(kindOf("accounts/a/orders")).toBeNull();
  });

  it.each(DOCUMENTS)("%s has a schema", (path) => {
    expect(schemaOfPath(path)).not.toBeNull();
  });
});

describe("versions", () => {
  it.each(FROZEN_KINDS)("%s stays at its first shape: any release has to be able to use it", (kind) => {
    expect(stampOf(KNOWLEDGE, kind).version).toBe(1);
  });

  it("are all first ones in the release that brings them, whose instances run beside those that know none", () => {
    if (!/^0\.[12]\./.test(RELEASE)) return;
    expect(Object.entries(KNOWLEDGE).filter(([, steps]) => steps.length > 0)).toEqual([]);
  });

  it.each(Object.entries(PATCHED_FIELDS))("a step of %s leaves what is changed in place", (kind, fields) => {
    const shape = Object.fromEntries(fields.map((field) => [field, `as it was: ${field}`]));
    const name = kind as keyof typeof PATCHED_FIELDS;
    expect(upgraded(KNOWLEDGE, name, { version: 1, path: "any", shape })).toMatchObject(shape);
  });
});
