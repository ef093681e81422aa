// The commands of docs/strategies.md as an author types them, in a copy of the folders that they touch: a new strategy's own
// test passes, its types hold, both checks pass it, and a planted look into the future fails the command.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatedCandles } from "#tools/strategy/generated-candles.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const COPIED = ["strategies", "tools/strategy", "tools/strategy.ts", "package.json", "tsconfig.json"];
const CONFIG = `import { defineConfig } from "vitest/config";
export default defineConfig({ test: { include: ["strategies/**/*.test.ts"] } });
`;

let clone = "";
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), "authors-"));
  for (const path of COPIED) cpSync(join(ROOT, path), join(clone, path), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  writeFileSync(join(clone, "vitest.config.ts"), CONFIG);
});
afterAll(() => rmSync(clone, { recursive: true }));

const tool = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["tools/strategy.ts", ...args], { cwd: clone, encoding: "utf8" });
const bin = (name: string, ...args: readonly string[]) =>
  spawnSync(join(ROOT, "node_modules", ".bin", name), args, { cwd: clone, encoding: "utf8" });

describe("an author", () => {
  it("writes a strategy that works, tests it, and checks it on made candles and on a file", () => {
    const written = tool("new", "first-try");
    expect(written.stdout).toContain("wrote strategies/first-try/strategy.test.ts");

    const tested = bin("vitest", "run", "strategies/first-try");
    expect(tested.status, tested.stdout + tested.stderr).toBe(0);
    const typed = bin("tsc", "--noEmit", "-p", "tsconfig.json");
    expect(typed.stdout).toBe("");

    const found = tool("check", "first-try");
    expect(found.stdout).toMatch(/^first-try .* ok +ok +ok +sound$/m);
    expect(found.status).toBe(0);

    const candles = generatedCandles({
      name: "csv",
      timeframe: "1h",
      count: 900,
      endsAtMs: Date.UTC(2026, 0, 1),
    });
    const rows = candles.map(({ openAtMs, open, high, low, close, volume }) =>
      [openAtMs, open, high, low, close, volume].join(","),
    );
    writeFileSync(join(clone, "btc.csv"), rows.join("\n"));
    const onFile = tool("check", "first-try", "--csv", "BTCUSDT=btc.csv", "--timeframe", "1h");
    expect(onFile.stdout + onFile.stderr).toMatch(/^first-try .* sound$/m);
  });

  it("is told of a strategy that remembers, with an exit code that a pipeline sees", () => {
    expect(tool("new", "with-memory").status).toBe(0);
    const file = join(clone, "strategies", "with-memory", "strategy.ts");
    const text = readFileSync(file, "utf8");
    const remembering = text
      .replace("export const strategy", "let seen = 0;\n\nexport const strategy")
      .replace(
        "if (wasAbove || !isAbove) return [];",
        "seen = Math.max(seen, candles.last.high);\n    if (candles.last.high < seen) return [];",
      );
    expect(remembering).not.toBe(text);
    writeFileSync(file, remembering);
    const found = tool("check", "with-memory");
    expect(found.stdout).toContain("with-memory looks ahead, or remembers");
    expect(found.status).toBe(1);
  });

  it.each([
    [["check", "nowhere"], "There is no strategy nowhere"],
    [["new", "Bad Name"], "cannot be a name"],
    [["check", "--csv", "btc.csv"], "SYMBOL=FILE"],
    [["check", "--csv", "BTCUSDT=none.csv"], "none.csv"],
  ])("is told what is wrong with %j", (args, said) => {
    const { status, stderr } = tool(...args);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(1);
  });
});
