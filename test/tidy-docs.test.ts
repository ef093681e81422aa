// Holds the documents' words about the code to the code: rules, words, paths, decisions, doors.
import { describe, expect, it } from "vitest";
import { INVARIANTS } from "#test/simulation/invariants/all.ts";
import { CHECKS } from "#test/simulation/stack/checks/all.ts";
import {
  citationFaults,
  commentPathFaults,
  pathFaults,
  quoted,
  RULES_FILE,
  writtenRules,
} from "#test/tidy/references.ts";
import { PROSE_RULES } from "#tools/house/prose.ts";
import { filesBelow, readText, sourceFrom, sourcesBelow } from "#tools/house/source.ts";

const RULE_COUNT = 15;
const WRITTEN = /\.(ts|mjs|md|rules|css|html)$/;
const INVARIANT_NAME = /^[a-z][A-Za-z]+$/;

const rules = writtenRules(readText(RULES_FILE));
const texts = filesBelow(".").filter((path) => WRITTEN.test(path));
const documents = texts.filter((path) => path.endsWith(".md"));

describe("docs/RULES.md", () => {
  it("holds every rule once, in order, under a name of its own", () => {
    expect(rules.map(({ number }) => number)).toEqual(Array.from({ length: RULE_COUNT }, (_, at) => at + 1));
    expect(new Set(rules.map(({ name }) => name)).size).toBe(RULE_COUNT);
  });

  it("says of every rule who keeps it and what checks it", () => {
    for (const { number, text } of rules) {
      expect(text, `rule ${number}`).toMatch(/^- (Kept by|Kept today): /m);
      expect(text, `rule ${number}`).toMatch(/^- Checked by: /m);
      expect(text, `rule ${number}`).toMatch(/^- (Not checked|Not kept yet): /m);
    }
  });

  it.each(INVARIANTS.map(({ name, rule }) => ({ name, rule })))(
    "names $name under rule $rule",
    ({ name, rule }) => {
      expect(quoted(rules.find(({ number }) => number === rule)?.text ?? "")).toContain(name);
    },
  );

  it.each(CHECKS.map(({ name }) => ({ name })))("names $name of the real stack", ({ name }) => {
    const lines = rules.flatMap(({ text }) => /Real stack: (.*)$/m.exec(text)?.[1] ?? []);
    expect(quoted(lines.join(" "))).toContain(name);
  });

  it("names no invariant that is not there", () => {
    const known = new Set([...INVARIANTS, ...CHECKS].map(({ name }) => name));
    for (const { number, text } of rules) {
      const checked = /^- Checked by: (.*)$/m.exec(text)?.[1] ?? "";
      const named = quoted(checked).filter((word) => INVARIANT_NAME.test(word));
      expect(
        named.filter((word) => !known.has(word)),
        `rule ${number}`,
      ).toEqual([]);
    }
  });

  it("lists its words once each, in order", () => {
    const words = [...readText(RULES_FILE).matchAll(/^\| ([^|]+) \| /gm)]
      .map(([, word]) => word ?? "")
      .filter((word) => word !== "word");
    expect(words.length).toBeGreaterThan(0);
    expect(words).toEqual([...new Set(words)].toSorted((a, b) => a.localeCompare(b, "en")));
  });
});

describe("citations", () => {
  it.each([
    `// ${"Rule"} 7: nothing in silence.`,
    `// ${"Rule"} 3 (docs/RULES.md): the venue is right.`,
    `// ${"rules"} 4 (brakes outlive processes) and 5 (old fences never land), docs/RULES.md`,
    `// as the ${"design"} says`,
  ])("are found wanting in %s", (text) => {
    expect(citationFaults("a.ts", text, rules)).not.toEqual([]);
  });
  it.each([
    `// ${"Rule"} 7, nothing in silence (docs/RULES.md)`,
    `// ${"rules"} 4 (brakes outlive processes), 5 (fresh ground: x) and 6 (old fences\n// never land), docs/RULES.md`,
    "// is a design fault",
  ])("are right in %s", (text) => {
    expect(citationFaults("a.ts", text, rules)).toEqual([]);
  });
  it("give number, name and file everywhere", () => {
    const others = texts.filter((path) => path !== RULES_FILE && path !== "test/tidy-docs.test.ts");
    expect(others.flatMap((path) => citationFaults(path, readText(path), rules))).toEqual([]);
  });
});

describe("paths", () => {
  it("of documents are found when they lead nowhere", () => {
    const sample =
      "`domain/nowhere/` and `app/nav/write-nav.ts`, [x](nowhere.md), [rules](RULES.md), [y](RULES.md#nothing)";
    expect(pathFaults("docs/a.md", sample)).toHaveLength(3);
  });
  it("of documents lead somewhere", () => {
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.flatMap((path) => pathFaults(path, readText(path)))).toEqual([]);
  });
  it("of comments are found when they lead nowhere", () => {
    const sample = sourceFrom("a.ts", "// See docs/nowhere.md and docs/RULES.md.\nexport const x = 1;");
    expect(commentPathFaults(sample)).toHaveLength(1);
  });
  it("of comments lead somewhere", () => {
    const sources = sourcesBelow("functions/src", "hosting/src", "strategies", "local", "tools", "test");
    expect(sources.flatMap(commentPathFaults)).toEqual([]);
  });
});

describe("the folder list of the README", () => {
  const [, list = ""] = /^## Where is what$([\s\S]*?)(?=^## )/m.exec(readText("README.md")) ?? [];
  const roomsOf = (layer: string): readonly string[] => [
    ...new Set(filesBelow(`functions/src/${layer}`).flatMap((path) => path.split("/").slice(2, 4).join("/"))),
  ];
  it.each([...roomsOf("app"), ...roomsOf("domain")].filter((room) => !room.endsWith(".ts")))(
    "says what happens in %s",
    (room) => {
      expect(list).toContain(`\`${room}\``);
    },
  );
});

describe("decisions", () => {
  const FOLDER = "docs/decisions";
  const files = filesBelow(FOLDER).filter((path) => /\/\d{4}-/.test(path));
  const index = readText(`${FOLDER}/README.md`);
  const numberOf = (path: string): number => Number(path.slice(FOLDER.length + 1, FOLDER.length + 5));
  const amendsIn = (path: string, word: string): readonly number[] => {
    const see = /^- See: (.*)$/m.exec(readText(path))?.[1] ?? "";
    const clauses = see.split("; ").filter((clause) => clause.startsWith(`${word} [`));
    return clauses.flatMap((clause) =>
      [...clause.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number)),
    );
  };

  it.each(files)("%s has number, status, date, files, and its line in the index", (path) => {
    const text = readText(path);
    const number = numberOf(path);
    const [, title = ""] = new RegExp(`^# ${number}\\. (.+)$`, "m").exec(text) ?? [];
    const [, status = "", date = ""] =
      /^- Status: (accepted|replaced by \d+), (\d{4}-\d{2}-\d{2})$/m.exec(text) ?? [];
    expect([title, status, date]).not.toContain("");
    expect(text).toMatch(/^- Code: \[`/m);
    const link = `[${number}](${path.slice(FOLDER.length + 1)})`;
    expect(index).toContain(`| ${link} | ${title} | ${date} | ${status} | `);
  });

  it("have numbers of their own, and a line each", () => {
    const numbers = files.map(numberOf);
    expect(new Set(numbers).size).toBe(files.length);
    expect([...index.matchAll(/^\| \[\d+\]/gm)]).toHaveLength(files.length);
  });

  it("name each other where one amends another", () => {
    const pairs = (word: string): readonly string[] =>
      files.flatMap((path) =>
        amendsIn(path, word).map((other) =>
          word === "amends" ? `${numberOf(path)} > ${other}` : `${other} > ${numberOf(path)}`,
        ),
      );
    expect(pairs("amends").length).toBeGreaterThan(0);
    expect(pairs("amends").toSorted()).toEqual(pairs("amended by").toSorted());
  });
});

describe("the doors of the use cases", () => {
  const doors = filesBelow("functions/src/app").filter((path) => path.endsWith("/index.ts"));
  it.each(doors)("%s says what may be entered and which rules the room keeps", (path) => {
    const [, header = ""] = /^((?:\/\/.*\n)+)/.exec(readText(path)) ?? [];
    expect(header).toMatch(/Entry points?: /);
    expect(header).toMatch(/Keeps\s+(\/\/ )?rules? \d/);
  });
});

describe("the mechanical rules of style", () => {
  it.each([
    ['says "Keeps true that"', "// Stores x. Keeps\n// true that y.\nexport const x = 1;"],
    ['begins with "What"', "/** What it holds. */\nexport const x = 1;"],
    ['says "whoever"', "const x = 1; /\u002f for whoever comes\nexport { x };"],
    ['says "nobody"', "/**\n * Read by nobody.\n */\nexport const x = 1;"],
    ["negates twice in a sentence", "// It is not there, and never was.\nexport const x = 1;"],
    ['shows a text with "whoever" or "nobody"', "export const x = (y: string) => `nobody saw $" + "{y}`;"],
  ])("see that a comment or text %s", (name, text) => {
    const seen = PROSE_RULES.filter(({ places }) => places(sourceFrom("a.ts", text)).length > 0);
    expect(seen.map((rule) => rule.name)).toEqual([name]);
  });
  it("see nothing in plain prose", () => {
    const plain =
      "// Stores an order before it is sent.\nexport const x = 'What is open'; // it is not sent twice";
    expect(PROSE_RULES.flatMap(({ places }) => places(sourceFrom("a.ts", plain)))).toEqual([]);
  });

  const sources = sourcesBelow("functions/src", "hosting/src", "strategies", "local", "tools", "test");
  // Tests use the words as names of strangers, and the rule itself has to spell them.
  // One log line keeps its words: log lines are part of the hash by which runs of the simulator are compared.
  const SPELLING = ["tools/house/prose.ts", "functions/src/app/reconcile/republish-forgotten.ts"];
  const maySpell = (path: string): boolean => path.startsWith("test/") || SPELLING.includes(path);
  // The count of negations is a place to look, not a verdict: `npm run prose` shows them.
  const failing = PROSE_RULES.filter(({ name }) => !name.startsWith("negates"));
  it.each(failing)("hold in the repository, so no comment or text $name", ({ name, places }) => {
    const isOfTexts = name.startsWith("shows");
    const read = sources.filter(({ path }) => !(isOfTexts && maySpell(path)));
    expect(read.flatMap(places)).toEqual([]);
  });
});
