// The house rules as tests: imports, purity, size, names, text. Each rule is first shown to catch a sample that breaks
// it and to pass one that does not, so that a rule that stopped working fails here too.
import { describe, expect, it } from "vitest";
import { climbingFaults, layerFaults } from "#test/tidy/layers.ts";
import { pathFaults, pathsNamedIn } from "#test/tidy/paths.ts";
import { ambientFaults, asyncFaults, fallbackFaults } from "#test/tidy/purity.ts";
import {
  functionLengthFaults,
  headerFaults,
  lengthFaults,
  lockfileFaults,
  MAX_FILE_LINES,
  MAX_FUNCTION_LINES,
  median,
  nameFaults,
  notRunFaults,
  sameNameFaults,
  textFaults,
} from "#test/tidy/shape.ts";
import { stateFaults } from "#test/tidy/strategies.ts";
import { venueCodeFaults } from "#test/tidy/venue-codes.ts";
import { respelledFaults, twinFaults, wordListsOf } from "#test/tidy/words.ts";
import { doorFaults } from "#tools/house/doors.ts";
import { circlesOf, fileGraph, houseOf } from "#tools/house/house.ts";
import {
  child,
  filesBelow,
  ROOT,
  readText,
  type SourceFile,
  type SyntaxNode,
  sourceFrom,
  sourcesBelow,
} from "#tools/house/source.ts";

const MAX_MEDIAN_LINES = 90;
const TEXT = /(\.(ts|mjs|js|json|md|css|html|rules|sh|yml|example)|\/run|\.firebaserc|\.gitignore)$/;

const functionsSources = sourcesBelow("functions/src");
const hostingSources = sourcesBelow("hosting/src");
const isTest = ({ path }: SourceFile): boolean => path.endsWith(".test.ts");
const strategySources = sourcesBelow("strategies").filter((file) => !isTest(file));
const ourSources = [
  ...functionsSources,
  ...hostingSources,
  ...strategySources,
  ...sourcesBelow("local", "tools"),
];
const testSources = [...sourcesBelow("test"), ...sourcesBelow("strategies").filter(isTest)];

interface Rule {
  readonly name: string;
  readonly check: (file: SourceFile) => readonly string[];
  readonly files: readonly SourceFile[];
  readonly breaks: readonly (readonly [path: string, text: string])[];
  readonly keeps: readonly (readonly [path: string, text: string])[];
}

const HOUSE: readonly Rule[] = [
  {
    name: "imports run one way between the layers",
    check: layerFaults,
    files: [...functionsSources, ...hostingSources, ...strategySources],
    breaks: [
      ["strategies/a/strategy.ts", 'import { x } from "../runtime/evaluate.ts";'],
      ["strategies/a/strategy.ts", 'import { x } from "../b/strategy.ts";'],
      ["strategies/a/strategy.ts", 'import { x } from "#domain/x.ts";'],
      ["strategies/a/strategy.ts", 'import { readFileSync } from "node:fs";'],
      ["strategies/interface.ts", 'import { x } from "./runtime/evaluate.ts";'],
      ["strategies/runtime/a.ts", 'import { x } from "../all.ts";'],
      ["functions/src/domain/a.ts", 'import { x } from "#strategies/all.ts";'],
      ["functions/src/domain/a.ts", 'import type { Clock } from "#ports/clock.ts";'],
      ["functions/src/domain/a.ts", 'import { z } from "zod";'],
      ["functions/src/ports/a.ts", 'export type { X } from "#app/x";'],
      ["functions/src/app/a.ts", 'const x = await import("#adapters/x.ts");'],
      ["functions/src/app/a.ts", 'type X = import("../wiring.ts").X;'],
      ["functions/src/app/a.ts", 'import { getFirestore } from "firebase-admin/firestore";'],
      ["functions/src/adapters/a.ts", 'import { x } from "#app/x";'],
      ["functions/src/entry/a.ts", 'import { x } from "#adapters/x.ts";'],
      ["functions/src/compose.ts", 'import { x } from "#adapters/x.ts";'],
      ["functions/src/compose/a.ts", 'import { config } from "../config.ts";'],
      ["functions/src/wiring.ts", 'import { x } from "#app/x";'],
      ["functions/src/app/a.ts", 'import { compose } from "../compose.ts";'],
      ["functions/src/index.ts", 'export { x } from "./wiring.ts";'],
      ["functions/src/other/a.ts", "export const x = 1;"],
      ["hosting/src/a.ts", 'import { x } from "#domain/x.ts";'],
      ["hosting/src/a.ts", 'import type { X } from "../../functions/src/app/x.ts";'],
    ],
    keeps: [
      ["strategies/a/strategy.ts", 'import { x } from "../interface.ts"; import { z } from "zod";'],
      [
        "strategies/runtime/a.ts",
        'import { x } from "#schemas/x.ts"; import type { Y } from "../interface.ts";',
      ],
      ["strategies/all.ts", 'import { strategy } from "./a/strategy.ts";'],
      ["functions/src/domain/a.ts", 'import { Decimal } from "decimal.js"; import { b } from "./b.ts";'],
      ["functions/src/wiring.ts", 'const x = await import("./adapters/x.ts");'],
      ["functions/src/wiring.ts", 'import { compose } from "./compose.ts";'],
      ["functions/src/compose.ts", 'import { x } from "#app/x";'],
      ["functions/src/entry/a.ts", 'import { onRequest } from "firebase-functions/v2/https";'],
      ["hosting/src/a.ts", 'import type { X } from "#domain/x.ts";'],
      ["hosting/src/a.ts", 'import { x } from "#domain/risk/engine.ts";'],
      ["hosting/src/a.ts", 'import { SIDES } from "#domain/documents/words.ts";'],
    ],
  },
  {
    name: "imports say where they lead",
    check: climbingFaults,
    files: [...ourSources, ...testSources],
    breaks: [["local/a/b/c.ts", 'import { x } from "../../d/x.ts";']],
    keeps: [["local/a/b/c.ts", 'import { x } from "../x.ts"; import { y } from "#local/d/y.ts";']],
  },
  {
    name: "clock, randomness, environment and timers stay in adapters",
    check: ambientFaults,
    files: [...functionsSources, ...strategySources],
    breaks: [
      ["strategies/a/strategy.ts", "const x = Date.now();"],
      ["strategies/a/strategy.ts", "const x = Math.random();"],
      ["functions/src/app/a.ts", "const x = Date.now();"],
      ["functions/src/domain/a.ts", "const x = new Date();"],
      ["functions/src/entry/a.ts", "const x = Math.random();"],
      ["functions/src/app/a.ts", "const x = performance.now();"],
      ["functions/src/wiring.ts", "const x = process.env.X;"],
      ["functions/src/app/a.ts", "setTimeout(() => 1, 5);"],
      ["functions/src/app/a.ts", "const x = crypto.randomUUID();"],
      ["functions/src/config.ts", "const x = Date.now();"],
    ],
    keeps: [
      ["functions/src/adapters/a.ts", "const x = Date.now();"],
      ["functions/src/config.ts", "const x = process.env.X;"],
      ["functions/src/domain/a.ts", "const x = new Date(5);"],
    ],
  },
  {
    name: "a strategy remembers nothing",
    check: stateFaults,
    files: strategySources.filter(({ path }) => path.endsWith("/strategy.ts")),
    breaks: [
      ["strategies/a/strategy.ts", "let seen = 0;"],
      ["strategies/a/strategy.ts", "export let seen = 0;"],
      ["strategies/a/strategy.ts", "const seen = new Map();"],
      ["strategies/a/strategy.ts", "const seen = { closes: [] };"],
      ["strategies/a/strategy.ts", "const mean = ema(5);"],
    ],
    keeps: [
      ["strategies/a/strategy.ts", "const LIMIT = 5; export const strategy = defineStrategy({ a: [] });"],
      [
        "strategies/a/strategy.ts",
        "const twice = (x: number) => [x, x]; function f() { let a = 1; return a; }",
      ],
    ],
  },
  {
    name: "the domain and strategies never wait",
    check: asyncFaults,
    files: [...functionsSources, ...strategySources],
    breaks: [
      ["strategies/a/strategy.ts", "export async function a() { return 1; }"],
      ["functions/src/domain/a.ts", "export async function a() { return 1; }"],
    ],
    keeps: [["functions/src/app/a.ts", "export async function a() { return 1; }"]],
  },
  {
    name: "no literal stands in for a missing value",
    check: fallbackFaults,
    files: [...functionsSources, ...strategySources],
    breaks: [
      ["functions/src/app/a.ts", "const x = limits.max || 5;"],
      ["functions/src/config.ts", 'const x = process.env.HOST ?? "localhost";'],
    ],
    keeps: [["functions/src/app/a.ts", "const x = a || b; const y = counts.get(k) ?? 0;"]],
  },
  {
    name: "a venue's codes and paths stay in its adapter",
    check: venueCodeFaults,
    files: [...functionsSources, ...hostingSources],
    breaks: [
      ["functions/src/domain/a.ts", 'const BEYOND = "-2021";'],
      ["functions/src/app/a.ts", 'if (error.code === "HTTP_429") wait();'],
      ["functions/src/app/a.ts", 'const path = "/fapi/v1/order";'],
      ["hosting/src/a.ts", 'const isShort = code === "110007";'],
    ],
    keeps: [
      ["functions/src/adapters/ccxt/a.ts", 'const BEYOND = "-2021";'],
      ["functions/src/domain/a.ts", 'const least = dec("-20"); const passed = reason === "wouldFireNow";'],
    ],
  },
  {
    name: "every file opens with what it is for",
    check: headerFaults,
    files: [...ourSources, ...testSources],
    breaks: [
      ["functions/src/a.ts", "export const x = 1;"],
      ["functions/src/a.ts", "// 1\n// 2\n// 3\n// 4\n// 5\nexport const x = 1;"],
    ],
    keeps: [["functions/src/a.ts", "// what for\nexport const x = 1;"]],
  },
  {
    name: `no file is longer than ${MAX_FILE_LINES} lines`,
    check: lengthFaults,
    files: ourSources,
    breaks: [["functions/src/a.ts", "//\n".repeat(MAX_FILE_LINES + 1)]],
    keeps: [["functions/src/a.ts", "//\n".repeat(MAX_FILE_LINES)]],
  },
  {
    name: `no function is longer than ${MAX_FUNCTION_LINES} lines`,
    check: functionLengthFaults,
    files: ourSources,
    breaks: [["functions/src/a.ts", `const f = () => {${"\n".repeat(MAX_FUNCTION_LINES)}};`]],
    keeps: [["functions/src/a.ts", `const f = () => {${"\n".repeat(MAX_FUNCTION_LINES - 1)}};`]],
  },
  {
    name: "every test runs",
    check: notRunFaults,
    files: testSources,
    breaks: [
      ["test/a.test.ts", `it.${"skip"}("x", () => {});`],
      ["test/a.test.ts", `describe.concurrent.${"only"}("x", () => {});`],
      ["test/a.test.ts", `it.${"skipIf"}(true)("x", () => {});`],
    ],
    keeps: [["test/a.test.ts", 'it.each([1])("x", () => {}); const skip = test.name;']],
  },
];

describe.each(HOUSE)("$name", ({ check, files, breaks, keeps }) => {
  it.each(breaks)("is broken by a sample of %s", (path, text) => {
    expect(check(sourceFrom(path, text))).toHaveLength(1);
  });
  it.each(keeps)("is kept by a sample of %s", (path, text) => {
    expect(check(sourceFrom(path, text))).toEqual([]);
  });
  it("holds in the repository", () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(check)).toEqual([]);
  });
});

describe("size of the functions' files", () => {
  it("is a screen or two in the middle", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([1, 2, 3, 10])).toBe(2.5);
    expect(median(functionsSources.map(({ lines }) => lines.length))).toBeLessThan(MAX_MEDIAN_LINES);
  });
});

const WORDS = "functions/src/domain/documents/words.ts";

describe("a list of words", () => {
  const SAMPLE = 'export const FLAGS = ["up", "down"] as const;';
  const declared = sourceFrom("functions/src/domain/a.ts", SAMPLE);
  const lists = wordListsOf(declared);

  it.each([
    ["functions/src/schemas/a.ts", 'const flag = z.enum(["up", "down"]);'],
    ["hosting/src/a.ts", 'const flag = oneOf("down", "up");'],
    ["hosting/src/a.ts", 'const flag = oneOf(["up", "down"]);'],
    ["functions/src/ports/a.ts", 'export type Flag = "up" | "down";'],
    ["functions/src/domain/a.ts", `${SAMPLE} const again = ["up", "down"];`],
  ])("is not spelled again: %s %s", (path, text) => {
    expect(respelledFaults(sourceFrom(path, text), lists)).toHaveLength(1);
  });

  it.each([
    ["functions/src/domain/a.ts", SAMPLE],
    ["functions/src/schemas/a.ts", "const flag = z.enum(FLAGS);"],
    ["functions/src/ports/a.ts", 'export type Flag = "up" | "down" | "flat";'],
  ])("may be named, and a part of it spelled: %s %s", (path, text) => {
    expect(respelledFaults(sourceFrom(path, text), lists)).toEqual([]);
  });

  it("stands in a file of words alone, which the page may take as it is", () => {
    const words = sourceFrom(WORDS, readText(WORDS));
    const kinds = (words.tree.body as readonly SyntaxNode[]).map((node) => child(node, "declaration")?.type);
    const only = new Set(["VariableDeclaration", "TSTypeAliasDeclaration", "TSInterfaceDeclaration"]);
    expect(kinds.filter((kind) => kind === undefined || !only.has(kind))).toEqual([]);
    expect(wordListsOf(words)).toHaveLength(kinds.filter((kind) => kind === "VariableDeclaration").length);
  });

  it("is spelled once in the repository", () => {
    const all = functionsSources.flatMap(wordListsOf);
    expect(all.length).toBeGreaterThan(20);
    expect(twinFaults([...lists, { name: "OTHER", path: "b.ts", words: ["down", "up"] }])).toHaveLength(1);
    expect(twinFaults(all)).toEqual([]);
    expect(ourSources.flatMap((file) => respelledFaults(file, all))).toEqual([]);
  });
});

const HOUSED = [
  "functions/src",
  "functions/src/domain",
  "functions/src/app",
  "hosting/src",
  "strategies",
  "local",
  "tools",
];

/** The functions' doors as they would be if a sample stood among them. */
function doorsWith(path: string, text: string): readonly string[] {
  return doorFaults(ROOT, [...functionsSources, sourceFrom(path, text)]);
}

describe("rooms", () => {
  it("never need each other, nor do two files, types included", () => {
    const circle = [
      sourceFrom("local/a/x.ts", 'import type { Y } from "../b/y.ts";'),
      sourceFrom("local/b/y.ts", 'import { x } from "../a/x.ts";'),
    ];
    const sample = fileGraph(ROOT, circle);
    expect(circlesOf(sample)).toEqual([["local/a/x.ts", "local/b/y.ts"]]);
    expect(houseOf("local", circle, sample).circles).toEqual([["a", "b"]]);
    const graph = fileGraph(ROOT, ourSources);
    expect(circlesOf(graph)).toEqual([]);
    for (const place of HOUSED) {
      const { rooms, circles } = houseOf(place, ourSources, graph);
      expect(rooms.length, place).toBeGreaterThan(1);
      expect(circles, place).toEqual([]);
    }
  });

  it.each([
    ["functions/src/entry/a.ts", 'import { x } from "../app/books/commit-books.ts";'],
    ["functions/src/app/execution/a.ts", 'import type { X } from "../books/commit-books.ts";'],
    ["functions/src/app/execution/a.ts", 'import { x } from "#app/execution";'],
    ["functions/src/app/newroom/a.ts", "export const x = 1;"],
  ])("are entered by their door: %s", (path, text) => {
    expect(doorsWith(path, text)).toHaveLength(1);
  });

  it("are entered by their door, everywhere", () => {
    const kept = 'import { commitBooks } from "#app/books"; import { x } from "./b.ts";';
    expect(doorsWith("functions/src/app/execution/a.ts", kept)).toEqual([]);
    expect(doorFaults(ROOT, ourSources)).toEqual([]);
  });
});

describe("names of files and folders", () => {
  it("are given once in a layer", () => {
    const [app, domain] = ["functions/src/app/a/x.ts", "functions/src/domain/a/x.ts"];
    expect(
      sameNameFaults([app, domain, "functions/src/app/a/index.ts", "functions/src/app/b/index.ts"]),
    ).toEqual([]);
    expect(sameNameFaults([app, "functions/src/app/b/x.ts"])).toHaveLength(1);
    expect(sameNameFaults(functionsSources.map(({ path }) => path))).toEqual([]);
  });

  const samples = [
    "functions/src/utils.ts",
    "local/common/x.ts",
    "test/order-helpers.ts",
    "tools/lease.manager.ts",
  ];
  it.each(samples)("do not hide what is inside: %s", (path) => {
    expect(nameFaults({ path })).toHaveLength(1);
  });
  it("say what is inside, everywhere", () => {
    expect(nameFaults({ path: "functions/src/app/uncommon.ts" })).toEqual([]);
    expect(filesBelow(".").flatMap((path) => nameFaults({ path }))).toEqual([]);
  });
});

describe("text in the repository", () => {
  it("holds no path of one machine and no unfinished work", () => {
    const sample = { path: "a.ts", lines: [`x = "/${"home"}/somebody/x"`, `// ${"TO"}${"DO"} later`] };
    expect(textFaults(sample)).toHaveLength(2);
    const files = filesBelow(".").filter((path) => TEXT.test(`/${path}`) && path !== "package-lock.json");
    expect(files.length).toBeGreaterThan(0);
    const lines = (path: string) => readText(path).split("\n");
    expect(files.flatMap((path) => textFaults({ path, lines: lines(path) }))).toEqual([]);
  });
});

describe("docs/CHANGES.md", () => {
  it("names files and folders that are there", () => {
    const sample = "First `functions/src/nowhere.ts`, then `functions/src/config.ts` and `raiseAlert`.";
    expect(pathFaults("a.md", sample)).toEqual(["a.md: there is no functions/src/nowhere.ts"]);
    const guide = readText("docs/CHANGES.md");
    expect(pathsNamedIn(guide).length).toBeGreaterThan(30);
    expect(pathFaults("docs/CHANGES.md", guide)).toEqual([]);
  });
});

describe("the lockfile", () => {
  it("names no registry", () => {
    expect(lockfileFaults('  "resolved": "https://registry.invalid/x.tgz",')).toHaveLength(1);
    expect(lockfileFaults(readText("package-lock.json"))).toEqual([]);
  });
});
