// The page stays light, gzipped: the first screen waits for little JavaScript, and all of it stays within a quarter of
// what a comparable dashboard sends. Charts and other views come by dynamic import, after the first screen.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const DIST = new URL("../../../hosting/dist/", import.meta.url);
/** The first screen stands once these have come; 111 kB of them are the Firebase SDK. */
const FIRST_LOAD_BUDGET_BYTES = 148_000;
const WHOLE_BUDGET_BYTES = 225_000;

/** Static imports and re-exports only: a dynamic import has a bracket after its word. */
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*["'`](\.\.?\/[^"'`]+\.js)["'`]/g;

function gzippedBytes(names: Iterable<string>): number {
  return [...names].reduce(
    (sum, name) => sum + gzipSync(readFileSync(new URL(name, DIST)), { level: 9 }).length,
    0,
  );
}

/** Scripts that index.html names, and all that these import statically. */
function firstLoad(): ReadonlySet<string> {
  const html = readFileSync(new URL("index.html", DIST), "utf8");
  const named = html.matchAll(/(?:src|href)="\/([^"]+\.m?js)"/g);
  const found = new Set([...named].map(([, name = ""]) => name));
  for (const name of found) {
    const at = new URL(name, DIST);
    for (const [, path = ""] of readFileSync(at, "utf8").matchAll(STATIC_IMPORT))
      found.add(new URL(path, at).href.slice(DIST.href.length));
  }
  return found;
}

describe("the built page", () => {
  const files = readdirSync(DIST, { recursive: true, encoding: "utf8" });
  const scripts = files.filter((name) => /\.m?js$/.test(name));

  it("lets the first screen wait for at most 148 kB of gzipped JavaScript", () => {
    const first = firstLoad();
    expect(first.size).toBeGreaterThan(1);
    expect(gzippedBytes(first)).toBeLessThanOrEqual(FIRST_LOAD_BUDGET_BYTES);
  });

  it("loads the chart, the positions and the risk view apart from the first screen", () => {
    const later = scripts.filter((name) => !firstLoad().has(name)).join(" ");
    expect(later).toContain("equity-chart");
    expect(later).toContain("risk-page");
    expect(later).toContain("positions-page");
  });

  it("sends at most 225 kB of gzipped JavaScript in all", () => {
    expect(gzippedBytes(scripts)).toBeLessThanOrEqual(WHOLE_BUDGET_BYTES);
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
