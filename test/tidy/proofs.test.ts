// Every source of the product is found in a test: by name, or by a line "Proves:" that is checked.
import { describe, expect, it } from "vitest";
import { fileGraph } from "#tools/house/house.ts";
import { ROOT, sourceFrom, sourcesBelow } from "#tools/house/source.ts";
import { claimsOf, holdsTypesOnly, proofLineFaults, provesOf, unprovedFaults } from "./proofs.ts";

const source = (path: string, text = "export const x = 1;") => sourceFrom(`functions/src/${path}`, text);
const a = source("domain/room/a.ts");
const b = source("domain/room/b.ts", 'import { x } from "./a.ts";\nexport const y = x;');

function faultsOf(test: ReturnType<typeof sourceFrom>): readonly string[] {
  const files = [a, b];
  const claims = claimsOf(files, [test], fileGraph(ROOT, [...files, test]));
  return [...proofLineFaults(claims), ...unprovedFaults(files, [test], claims)];
}

describe("a source", () => {
  it("is found by its test's name, with or without a word behind it", () => {
    expect(faultsOf(sourceFrom("test/unit/domain/room/a.test.ts", "//\n"))).toHaveLength(1);
    expect(faultsOf(sourceFrom("test/unit/domain/room/b.faults.test.ts", "//\n"))).toHaveLength(1);
    expect(faultsOf(sourceFrom("test/unit/domain/a.test.ts", "//\n"))).toHaveLength(2);
  });

  it("is found by a line that names it, or its room", () => {
    const importsB = 'import { y } from "#domain/room/b.ts";\n';
    const named = "// x\n// Proves: domain/room/a.ts, domain/room/b.ts\n";
    expect(faultsOf(sourceFrom("test/x.test.ts", `${named}${importsB}`))).toEqual([]);
    expect(faultsOf(sourceFrom("test/x.test.ts", `// Proves: domain/room/\n${importsB}`))).toEqual([]);
    expect(faultsOf(sourceFrom("test/x.test.ts", `${importsB}// Proves: domain/room/\n`))).toHaveLength(2);
  });

  it("needs no test where it holds types only, or is a door", () => {
    const types = 'import type { A } from "./a.ts";\nexport interface B extends A {}\nexport type { A };\n';
    expect(holdsTypesOnly(sourceFrom("a.ts", types))).toBe(true);
    expect(holdsTypesOnly(sourceFrom("a.ts", "export const A = [];"))).toBe(false);
    const exempt = [source("app/room/index.ts"), source("app/room/types.ts", types), source("config.ts")];
    expect(unprovedFaults(exempt, [], [])).toEqual([]);
  });
});

describe("a line that says what is proved", () => {
  it("names what exists, and what its test reaches", () => {
    const kept = "// Proves: domain/room/\n";
    const unreached = faultsOf(sourceFrom("test/x.test.ts", kept));
    expect(unreached).toContain("test/x.test.ts: proves functions/src/domain/room/, which it does not reach");
    expect(unreached).toHaveLength(3);
    const reachesA = `${kept}import "#domain/room/a.ts";\n`;
    expect(faultsOf(sourceFrom("test/x.test.ts", reachesA))).toEqual([expect.stringContaining("room/b.ts")]);
    const gone = '// Proves: domain/gone.ts, domain/room/\nimport "#domain/room/b.ts";\n';
    expect(faultsOf(sourceFrom("test/x.test.ts", gone))).toEqual([
      "test/x.test.ts: proves functions/src/domain/gone.ts, which does not exist",
    ]);
    expect(faultsOf(sourceFrom("test/e2e/x.test.ts", kept))).toEqual([]);
  });
});

describe("in the repository", () => {
  const sources = sourcesBelow("functions/src");
  const tests = sourcesBelow("test");
  const rest = sourcesBelow("local", "tools", "hosting/src");

  it("every source is proved by a test that says so", () => {
    expect(tests.flatMap(provesOf).length).toBeGreaterThan(0);
    const claims = claimsOf(sources, tests, fileGraph(ROOT, [...sources, ...tests, ...rest]));
    expect(proofLineFaults(claims)).toEqual([]);
    expect(unprovedFaults(sources, tests, claims)).toEqual([]);
  });
});
