// Finds the package that a file belongs to, and an installed package's folder, also when its export map hides
// package.json.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
}

interface FoundManifest {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every package.json from the file's folder upwards, nearest first. */
function* manifestsAbove(file: string): Generator<FoundManifest> {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "package.json");
    if (existsSync(path)) yield { folder, manifest: JSON.parse(readFileSync(path, "utf8")) as Manifest };
  }
}

/** The manifest of the package that the file is part of. Throws when there is none above it. */
export function nearestManifest(file: string): FoundManifest {
  for (const found of manifestsAbove(file)) return found;
  throw new Error(`No package.json above ${file}`);
}

/** The folder of `name` as resolved from the file `from`. Throws when it is not installed. */
export function packageRoot(name: string, from: string): string {
  const entry = createRequire(from).resolve(name);
  for (const { folder, manifest } of manifestsAbove(entry)) if (manifest.name === name) return folder;
  throw new Error(`No package.json of ${name} above ${entry}; run npm ci`);
}
