// The cost of a config field: the places that spell out a config, or a section of it, field by field and
// without a spread are the ones that the compiler asks for a new field. They are exactly these, and
// docs/CHANGES.md names them.
import { describe, expect, it } from "vitest";
import { seedConfig } from "#local/stack/seed-config.ts";
import {
  child,
  readText,
  type SourceFile,
  type SyntaxNode,
  sourceFrom,
  sourcesBelow,
  walk,
} from "#tools/house/source.ts";

/** Type with the strictest value, schema, the page's reader, the local stack's account, a new account's first config. */
const SPELLED_IN = [
  "functions/src/domain/documents/config.ts",
  "functions/src/schemas/config.ts",
  "hosting/src/data/config-reader.ts",
  "local/stack/seed-config.ts",
  "tools/setup/first-config.ts",
];
/** The step that completes stored configs without the field, the rule that asks for it, and the rule's test. */
const FILES_OF_USE = 3;
const MAX_FILES_PER_FIELD = 8;

const config = seedConfig("test", "trend", 1_767_000_000_000);
const strategy = Object.values(config.strategies)[0];
if (strategy === undefined) throw new Error("The seed has no strategy");
const SECTIONS = {
  "the config itself": config,
  strategy,
  drawdown: config.drawdown,
  protections: config.protections,
  watchdog: config.watchdog,
};

type Spelling = ReadonlySet<string>;

const MEMBERS: Readonly<Record<string, string>> = { ObjectExpression: "properties", TSInterfaceBody: "body" };

/** The fields that a type or a value spells out itself; null where a spread brings others. */
function fieldsOf(node: SyntaxNode): Spelling | null {
  const field = MEMBERS[node.type];
  if (field === undefined) return null;
  const members = node[field] as readonly SyntaxNode[];
  if (members.some(({ type }) => type === "SpreadElement")) return null;
  return new Set(members.map((member) => String(child(member, "key")?.name)));
}

function spellingsIn(file: SourceFile): readonly Spelling[] {
  return [...walk(file.tree)].flatMap((node) => fieldsOf(node) ?? []);
}

function spells(fields: readonly string[], spellings: readonly Spelling[]): boolean {
  return spellings.some((spelling) => fields.every((field) => spelling.has(field)));
}

describe("a field of the account config", () => {
  // A recorder spells the config of its own release, which no later field reaches.
  const written = sourcesBelow("functions/src", "hosting/src", "local", "tools", "test").filter(
    ({ path }) => !path.startsWith("test/recorded/"),
  );
  const sources = written.map((file) => [file.path, spellingsIn(file)] as const);

  it.each(Object.entries(SECTIONS))("of %s is spelled out in five places", (_section, value) => {
    const fields = Object.keys(value);
    const found = sources.filter(([, spellings]) => spells(fields, spellings)).map(([path]) => path);
    expect(found).toEqual(SPELLED_IN);
  });

  it("is found where another place spells a config out", () => {
    const spelled = Object.keys(config.drawdown).map((field) => `${field}: 1`);
    const sample = (text: string) =>
      spells(Object.keys(config.drawdown), spellingsIn(sourceFrom("test/sample.ts", text)));
    expect(sample(`const drawdown = { ${spelled.join(", ")} };`)).toBe(true);
    expect(sample(`const drawdown = { ...NONE, ${spelled.join(", ")} };`)).toBe(false);
    expect(sample(`const drawdown = { ${spelled.slice(1).join(", ")} };`)).toBe(false);
  });

  it("costs at most eight files, each of the five named in the guide", () => {
    expect(SPELLED_IN.length + FILES_OF_USE).toBeLessThanOrEqual(MAX_FILES_PER_FIELD);
    const guide = readText("docs/CHANGES.md");
    for (const path of SPELLED_IN) expect(guide).toContain(path);
  });
});
