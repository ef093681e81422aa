// The page stays light: all its JavaScript, gzipped, within a quarter of what a comparable dashboard sends.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const DIST = new URL("../../../hosting/dist/", import.meta.url);
const BUDGET_BYTES = 200_000;

describe("the built page", () => {
  const files = readdirSync(DIST, { recursive: true, encoding: "utf8" });

  it("sends at most 200 kB of gzipped JavaScript in all", () => {
    const scripts = files.filter((name) => /\.m?js$/.test(name));
    expect(scripts.length).toBeGreaterThan(0);
    const total = scripts.reduce(
      (sum, name) => sum + gzipSync(readFileSync(new URL(name, DIST)), { level: 9 }).length,
      0,
    );
    expect(total).toBeLessThanOrEqual(BUDGET_BYTES);
  });

  it("holds nothing of Node's: what it shares with the functions is pure", () => {
    for (const name of files.filter((file) => file.endsWith(".js"))) {
      expect(readFileSync(new URL(name, DIST), "utf8")).not.toMatch(/browser-external|["'`]node:/);
    }
  });

  it("holds no inline script or style, no address of a local stack, and no source map", () => {
    const html = readFileSync(new URL("index.html", DIST), "utf8");
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\bon[a-z]+=/);
    for (const name of files.filter((file) => /\.(js|html|css)$/.test(file))) {
      expect(readFileSync(new URL(name, DIST), "utf8")).not.toMatch(/127\.0\.0\.1:\d|localhost:\d/);
    }
    expect(files.filter((name) => name.endsWith(".map"))).toEqual([]);
  });
});
