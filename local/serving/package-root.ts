// Finds an installed package's folder, also when its export map hides package.json.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder of `name` as resolved from the file `from`. Throws when it is not installed. */
export function packageRoot(name: string, from: string): string {
  const entry = createRequire(from).resolve(name);
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === name) return folder;
  }
  throw new Error(`No package.json of ${name} above ${entry}; run npm ci`);
}
