// No simulated fault is fitted to the product: the files that draw faults, and those that play them, name no constant of the
// product, neither in code nor in a comment. A fault that ends where the product's limit ends would prove the limit by itself.
import { describe, expect, it } from "vitest";
import { type SourceFile, sourceFrom, sourcesBelow } from "#tools/house/source.ts";

const DRAWN_IN = ["test/simulation/ports", "test/simulation/workload", "local/exchange/faults"];
/** Beside it stand what the sweep arranges and how long it waits: no faults. */
const SWEPT_IN = "test/simulation/sweep/faults.ts";
const CONSTANT = /^(?:export )?const ([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/;
const NAME = /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g;

/** Not faults: each is how the product is composed or set up in a run. */
const ALLOWED: Readonly<Record<string, string>> = {
  VENUE_TIMEOUT_MS: "the product's own patience, given to the wire that it composes",
  MIN_TELEMETRY_SILENCE_MS: "a config's value, and the schema takes none below it",
  CLIENT_STOP_ID: "the form of our ids, by which a request that is in flight is named",
  RETENTION_MS: "the retention that an operator's commit stores",
};

function constantsOf({ lines }: SourceFile): readonly string[] {
  return lines.flatMap((line) => CONSTANT.exec(line)?.[1] ?? []);
}

/** Constants of the product that a file names and does not declare itself. */
function borrowed(file: SourceFile, ofProduct: ReadonlySet<string>): readonly string[] {
  const own = new Set(constantsOf(file));
  const named = new Set(file.lines.flatMap((line) => line.match(NAME) ?? []));
  return [...named].filter((name) => ofProduct.has(name) && !own.has(name) && !(name in ALLOWED));
}

describe("a fault of the simulation", () => {
  const ofProduct = new Set(sourcesBelow("functions/src").flatMap(constantsOf));

  it("is bounded by no constant of the product", () => {
    const swept = sourcesBelow("test/simulation/sweep").filter(({ path }) => path === SWEPT_IN);
    expect(swept).toHaveLength(1);
    const files = [...sourcesBelow(...DRAWN_IN), ...swept];
    expect(files.length).toBeGreaterThan(30);
    // Names of time are the clock's, not the product's.
    const units = new Set(["MINUTE_MS", "HOUR_MS", "SECOND_MS", "DAY_MS"]);
    const found = files.flatMap((file) =>
      borrowed(file, ofProduct)
        .filter((name) => !units.has(name))
        .map((name) => `${file.path}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it("would be found, in code and in a comment", () => {
    expect(ofProduct).toContain("ABSENCE_GAP_MS");
    for (const text of ["const lagMs = ABSENCE_GAP_MS - 100;", "/** Shorter than ABSENCE_GAP_MS. */"])
      expect(borrowed(sourceFrom("test/sample.ts", text), ofProduct)).toEqual(["ABSENCE_GAP_MS"]);
    expect(borrowed(sourceFrom("test/sample.ts", "const ABSENCE_GAP_MS = 1;"), ofProduct)).toEqual([]);
  });
});
