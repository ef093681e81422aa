// First step of every npm script: installs the locked dependencies when they are missing or the lockfile changed,
// then runs the given file on the Node that came with them, which the lockfile covers like every package. Plain
// JavaScript without dependencies, because on a fresh clone nothing else exists. Must never run on half-installed
// modules, nor install twice at once, nor let a package run a script of its own.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Oldest Node that can run npm's workspaces and this file; the product itself runs on the one it installs. */
const OLDEST_NODE_MAJOR = 20;
/** The product's own Node, for a system that npm has no package of it for. */
const PRODUCT_NODE_MAJOR = 24;
/** How often a run that finds another one installing looks again. */
const INSTALL_POLL_MS = 500;
/** How soon a run notices that the npm that started it is gone. */
const ORPHAN_CHECK_MS = 1_000;
/** Codes of a shell for "ended by signal n". */
const SIGNAL_EXIT_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };

const root = fileURLToPath(new URL("..", import.meta.url));
const lockfile = join(root, "package-lock.json");
const marker = join(root, "node_modules", ".ballast-lock");
const lockedNode = join(root, "node_modules", ".bin", "node");
const installLock = join(root, ".local", "install.lock");

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function machinesNodeMajor() {
  return Number(process.versions.node.split(".")[0]);
}

/** The locked Node; where npm has no package of it, the machine's own of the same major. Null when neither is there. */
function nodeBinary() {
  if (existsSync(lockedNode)) return lockedNode;
  return machinesNodeMajor() === PRODUCT_NODE_MAJOR ? process.execPath : null;
}

function lockfileHash() {
  return createHash("sha256").update(readFileSync(lockfile)).digest("hex");
}

/** What npm itself recorded as installed agrees with the lockfile, as after `npm ci` or `npm install` by hand. */
function npmRecordAgrees() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(lockfile, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/") || entry.link === true) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true || entry.peer === true;
    return found.version === entry.version;
  });
}

function isInstalled() {
  if (nodeBinary() === null) return false;
  if (existsSync(marker) && readFileSync(marker, "utf8").trim() === lockfileHash()) return true;
  if (!npmRecordAgrees()) return false;
  writeFileSync(marker, `${lockfileHash()}\n`);
  return true;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** True when this process now holds the install lock; a lock whose holder is gone is taken over. */
function takeInstallLock() {
  mkdirSync(join(root, ".local"), { recursive: true });
  try {
    writeFileSync(installLock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const holder = existsSync(installLock) ? Number(readFileSync(installLock, "utf8")) : 0;
  if (holder === 0 || isAlive(holder)) return false;
  rmSync(installLock, { force: true });
  return false;
}

function runNpmCi() {
  const reason = existsSync(join(root, "node_modules")) ? "the lockfile changed" : "nothing is installed yet";
  const startedAtMs = Date.now();
  process.stderr.write(`Installing dependencies (${reason}): npm ci. This takes a minute or two.\n`);
  // Under `npm start` the variable names the npm that was called, which need not be the first on PATH.
  const npmFile = process.env.npm_execpath;
  const [command, args] = npmFile?.endsWith(".js") ? [process.execPath, [npmFile]] : ["npm", []];
  const flags = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const done = spawnSync(command, [...args, ...flags], { cwd: root, stdio: ["ignore", 2, 2] });
  if (done.error) fail(`npm could not be started: ${done.error.message}. Install npm and run this again.`);
  if (done.status !== 0) fail(`npm ci failed with exit code ${done.status}; its output is above.`);
  if (nodeBinary() === null) {
    fail(
      `npm has no package of Node ${PRODUCT_NODE_MAJOR} for ${process.platform} on ${process.arch}: ` +
        `install Node ${PRODUCT_NODE_MAJOR} on this machine and run this again.`,
    );
  }
  writeFileSync(marker, `${lockfileHash()}\n`);
  process.stderr.write(`Installed in ${Math.round((Date.now() - startedAtMs) / 1000)} s.\n`);
}

async function install() {
  let announced = false;
  while (!isInstalled()) {
    if (takeInstallLock()) {
      try {
        if (!isInstalled()) runNpmCi();
      } finally {
        rmSync(installLock, { force: true });
      }
      return;
    }
    if (!announced)
      process.stderr.write(`Another run is installing dependencies (${installLock}); waiting.\n`);
    announced = true;
    await new Promise((resolve) => setTimeout(resolve, INSTALL_POLL_MS));
  }
}

/** Parent of a process; only Linux says it without starting a program. */
function parentOf(pid) {
  if (pid === process.pid) return process.ppid;
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

/** The links from this process up to npm, which may have put a shell in between. */
function npmAncestors() {
  if (process.env.npm_lifecycle_event === undefined) return [];
  const links = [{ pid: process.pid, parent: process.ppid }];
  try {
    const isShell = readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").includes("bootstrap.mjs");
    if (isShell) links.push({ pid: process.ppid, parent: parentOf(process.ppid) });
  } catch {
    // Not Linux: a killed npm is noticed only where it started this process itself.
  }
  return links;
}

function run(file, args) {
  const env = { ...process.env, BALLAST_LAUNCHER_PID: String(process.pid) };
  env.PATH = `${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`;
  const binary = nodeBinary();
  const child = spawn(binary, [join(root, file), ...args], { cwd: root, stdio: "inherit", env });
  // A terminal signals the whole group, npm signals once more: what runs here must take repeats as one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // A killed npm tells nobody; without it nothing could stop the child from a terminal any more.
  const npm = npmAncestors();
  const orphanCheck = setInterval(() => {
    if (npm.every(({ pid, parent }) => parentOf(pid) === parent)) return;
    clearInterval(orphanCheck);
    child.kill("SIGTERM");
  }, ORPHAN_CHECK_MS);
  child.on("error", (error) => fail(`${binary} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : SIGNAL_EXIT_BASE + (SIGNAL_NUMBERS[signal] ?? 0));
  });
}

const [file, ...args] = process.argv.slice(2);
if (machinesNodeMajor() < OLDEST_NODE_MAJOR) {
  fail(
    `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE_MAJOR} or later and run this again.`,
  );
}
if (file === undefined) fail("Usage: node local/bootstrap.mjs <file> [arguments]");
await install();
run(file, args);
