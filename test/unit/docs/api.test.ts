// docs/api.md names exactly the statuses, codes and fields of the two HTTP functions.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { OWN_FIELDS, PLACEHOLDER_FIELDS, PLOT_FIELDS } from "#domain/signal/field-names.ts";
import {
  commandRequestSchema,
  postedCommandSchema,
  postedConfirmationSchema,
  postedShadowSchema,
} from "#schemas/command.ts";
import {
  child,
  readText,
  type SourceFile,
  type SyntaxNode,
  sourcesBelow,
  walk,
} from "#tools/house/source.ts";

const text = readText("docs/api.md");
/** From a heading to the next of its rank. */
function section(heading: string): string {
  const found = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`docs/api.md has no section ${heading}`);
  return found;
}

const hooks = section("POST /hooks/{hookId} and POST /hooks/{hookId}/{token}");
const commandAnswers = section("Answers of commands");

/** `404 NOT_FOUND` of every row of the answers. */
function answersIn(part: string): readonly string[] {
  return [...part.matchAll(/^\| (\d{3}) \| `([A-Z_]+)` \|/gm)].map(([, status, code]) => `${status} ${code}`);
}

function literal(node: SyntaxNode | null, of: "string" | "number"): string | null {
  return node?.type === "Literal" && typeof node.value === of ? String(node.value) : null;
}

function member(object: SyntaxNode | null, name: string): SyntaxNode | null {
  const properties = object?.type === "ObjectExpression" ? (object.properties as SyntaxNode[]) : [];
  return child(
    properties.find((each) => child(each, "key")?.name === name) ?? { type: "", start: 0, end: 0 },
    "value",
  );
}

/** `answer(404, { code: "X" })` and `refusal(404, "X")`. */
function answerOfCall(node: SyntaxNode): readonly string[] {
  const [first = null, second = null] = node.arguments as SyntaxNode[];
  return answerOf(
    literal(first, "number"),
    literal(second, "string") ?? literal(member(second, "code"), "string"),
  );
}

/** `{ status: 422, code: "X" }`. */
function answerOfObject(node: SyntaxNode): readonly string[] {
  return answerOf(literal(member(node, "status"), "number"), literal(member(node, "code"), "string"));
}

/** `new SignalFault("X", …)`: the sender's fault, always 400. */
function answerOfFault(node: SyntaxNode): readonly string[] {
  if (child(node, "callee")?.name !== "SignalFault") return [];
  const [code = null] = node.arguments as SyntaxNode[];
  return answerOf("400", literal(code, "string"));
}

/** A member of `type SignalFaultCode`: the sender's fault too, where fields are gathered before one is thrown. */
function answerOfFaultCode(node: SyntaxNode): readonly string[] {
  if (child(node, "id")?.name !== "SignalFaultCode") return [];
  return [...walk(node)].flatMap((each) => answerOf("400", literal(each, "string")));
}

function answerOf(status: string | null, code: string | null): readonly string[] {
  return status !== null && code !== null && /^[A-Z_]+$/.test(code) ? [`${status} ${code}`] : [];
}

const READERS: Readonly<Record<string, (node: SyntaxNode) => readonly string[]>> = {
  CallExpression: answerOfCall,
  ObjectExpression: answerOfObject,
  NewExpression: answerOfFault,
  TSTypeAliasDeclaration: answerOfFaultCode,
};

/** Answers as the code makes them, `404 NOT_FOUND`. */
function answersOf(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ tree }) => [...walk(tree)].flatMap((node) => READERS[node.type]?.(node) ?? []));
}

/** Members of an interface, by name. */
function fieldsOf(files: readonly SourceFile[], name: string): readonly string[] {
  for (const { tree } of files) {
    for (const node of walk(tree)) {
      if (node.type !== "TSInterfaceDeclaration" || child(node, "id")?.name !== name) continue;
      const members = child(node, "body")?.body as SyntaxNode[];
      return members.map((each) => String(child(each, "key")?.name));
    }
  }
  throw new Error(`There is no interface ${name}`);
}

const sources = sourcesBelow("functions/src");
const below = (...folders: readonly string[]) =>
  sources.filter(({ path }) => folders.some((folder) => path.startsWith(`functions/src/${folder}`)));
const unique = (list: readonly string[]) => [...new Set(list)].toSorted();

describe("docs/api.md", () => {
  it.each([
    { name: "hooks", part: hooks, folders: ["app/receive/", "domain/signal/", "schemas/"] },
    { name: "commands", part: commandAnswers, folders: ["app/commands/"] },
  ])("lists every answer of $name, and no other", ({ part, folders }) => {
    const written = unique(answersIn(part));
    const own = unique(answersOf(below(...folders)));
    const shared = unique(answersOf(below("entry/")));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((each) => !written.includes(each))).toEqual([]);
    expect(written.filter((each) => ![...own, ...shared].includes(each))).toEqual([]);
  });

  it("lists every answer of the HTTP front", () => {
    const shared = unique(answersOf(below("entry/")));
    expect(shared.length).toBeGreaterThan(2);
    for (const each of shared) expect(answersIn(hooks + commandAnswers)).toContain(each);
  });

  it("names every field of a signal", () => {
    const plots: readonly string[] = PLOT_FIELDS.slice(1, -1);
    const fields = [...PLACEHOLDER_FIELDS, ...OWN_FIELDS].filter((field) => !plots.includes(field));
    for (const field of fields) expect(hooks).toContain(`\`${field}\``);
  });

  it("names every field of an answer", () => {
    for (const field of fieldsOf(sources, "AnswerBody")) expect(hooks).toContain(`\`${field}\``);
    for (const field of fieldsOf(sources, "CommandAnswerBody"))
      expect(commandAnswers).toContain(`\`${field}\``);
  });

  it("names every field of a notification", () => {
    const part = section("What Ballast posts");
    for (const field of fieldsOf(sources, "Notification")) expect(part).toContain(`\`${field}\``);
  });

  it.each([
    { heading: "POST /commands", schema: postedCommandSchema },
    { heading: "POST /commands/{commandId}/confirm", schema: postedConfirmationSchema },
    { heading: "POST /commands/shadow", schema: postedShadowSchema },
  ])("names every field of the body of $heading", ({ heading, schema }) => {
    const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    const fields = Object.keys(shape.properties ?? {});
    expect(fields.length).toBeGreaterThan(1);
    for (const field of fields) expect(section(heading)).toContain(`\`${field}\``);
  });

  it("names every kind of command with its fields", () => {
    const kinds = z.toJSONSchema(commandRequestSchema, { io: "input", unrepresentable: "any" });
    const options = kinds.oneOf ?? kinds.anyOf ?? [];
    expect(options.length).toBeGreaterThan(5);
    for (const { properties = {} } of options as { properties?: Record<string, { const?: string }> }[]) {
      const row = new RegExp(`^\\| \`${properties.kind?.const}\` \\|.*$`, "m").exec(text)?.[0] ?? "";
      expect(row, properties.kind?.const).not.toBe("");
      const fields = Object.keys(properties).filter((field) => field !== "kind");
      for (const field of fields) expect(row).toContain(`\`${field}\``);
    }
  });
});
