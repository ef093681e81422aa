// Starts a real Chromium for tests: the system's if there is one, else the build that npm carries. Pages and
// background services of the browser reach this machine only.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-default-browser-check",
  "--no-first-run",
  "--no-pings",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));

interface Installation {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Launches headless Chromium. The caller closes it. Throws with the remedy when no browser can run. */
export async function launchBrowser(): Promise<Browser> {
  const system = SYSTEM_BROWSERS.find(existsSync);
  const { executablePath, env } = system === undefined ? npmBrowser() : { executablePath: system, env: {} };
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return chromium.launch({ executablePath, args: FLAGS, env: { ...Object.fromEntries(inherited), ...env } });
}

/** @sparticuz/chromium, unpacked once per version; its libraries only where the system lacks them. */
function npmBrowser(): Installation {
  const home = unpackedHome();
  const executablePath = join(home, "chromium");
  const env = { FONTCONFIG_FILE: fontsFile(home) };
  const plain = spawnSync(executablePath, ["--version"], { encoding: "utf8" });
  if (plain.status === 0) return { executablePath, env };
  const libraries = { ...env, LD_LIBRARY_PATH: join(home, "al2023", "lib") };
  const helped = spawnSync(executablePath, ["--version"], {
    encoding: "utf8",
    env: { ...process.env, ...libraries },
  });
  if (helped.status === 0) return { executablePath, env: libraries };
  throw new Error(
    `Chromium cannot run here: ${plain.stderr}${helped.stderr}. Install chromium on this machine.`,
  );
}

/**
 * The package's own font settings name folders of the service it is made for. Without one font Chromium ends itself at
 * the first form control, so ours name the fonts that the package carries, wherever it was unpacked.
 */
function fontsFile(home: string): string {
  const path = join(home, "fonts.conf");
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  const folders = `<dir>${join(home, "fonts", "fonts")}</dir><cachedir>${join(home, "fonts-cache")}</cachedir>`;
  writeFileSync(
    draft,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}</fontconfig>`,
  );
  renameSync(draft, path);
  return path;
}

/** Unpacks beside the final place and renames, so that a second worker never sees half a browser. */
function unpackedHome(): string {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const root = join(dirname(entry), "..");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const home = join(CACHE, `chromium-${version}`);
  if (existsSync(home)) return home;
  const draft = `${home}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const script = `const { default: chromium, inflate } = await import(${JSON.stringify(pathToFileURL(entry).href)});
    await chromium.executablePath();
    await inflate(${JSON.stringify(join(root, "bin", "al2023.tar.br"))});`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, TMPDIR: draft },
  });
  try {
    renameSync(draft, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  return home;
}
