// Bundles the functions into the files that are deployed: one that every function loads, and a part for each thing that
// only some need (the dynamic imports of src/wiring.ts). Must keep cold starts short: what costs there is the text that
// V8 has to compile.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "rolldown";

/** The SDK's own ways to callable functions and their tokens, none of which is deployed here. */
const CALLABLES_ONLY = /^firebase-admin\/(app|auth|app-check)$/;
const OF_THE_SDK = /[\\/]firebase-functions[\\/]/;
const CALLABLES = "\0callables";

/** firebase-functions loads firebase-admin with its verifiers at every import of its HTTPS provider, for onCall alone. */
function leaveOutCallables(): Plugin {
  const names = ["applicationDefault", "deleteApp", "getApp", "getAppCheck", "getAuth", "initializeApp"];
  const refused = 'throw new Error("Callable functions are not part of the deployed files")';
  return {
    name: "leave-out-callables",
    resolveId: {
      filter: { id: CALLABLES_ONLY },
      handler: (_source, importer) =>
        importer !== undefined && OF_THE_SDK.test(importer) ? CALLABLES : null,
    },
    load: {
      filter: { id: /^\0callables$/ },
      handler: () => names.map((name) => `export function ${name}() { ${refused}; }`).join("\n"),
    },
  };
}

/** The npm package that a file belongs to: its folder, and its name with version. */
function packageOf(id: string): { readonly folder: string; readonly release: string } | null {
  const folder = /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
  if (folder === undefined) return null;
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
    "name" | "version",
    string
  >;
  return { folder, release: `${name}@${version}` };
}

/** npm nests a copy of the same release under each package that cannot share the top one; one of them is enough. */
function oneCopyPerRelease(): Plugin {
  const folders = new Map<string, string>();
  return {
    name: "one-copy-per-release",
    resolveId: {
      // Only what is imported by its package's name: inside a package everything follows from where it was entered.
      filter: { id: /^[^./\0]/ },
      async handler(source, importer, options) {
        const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
        if (resolved === null || resolved.external !== false) return resolved;
        const found = packageOf(resolved.id);
        if (found === null) return resolved;
        const first = folders.get(found.release) ?? found.folder;
        folders.set(found.release, first);
        return { ...resolved, id: `${first}${resolved.id.slice(found.folder.length)}` };
      },
    },
  };
}

/** CommonJS modules inside an ES file: they compute paths they never open from these two. */
const COMMONJS_PATHS = [
  'import { fileURLToPath as urlToPath } from "node:url";',
  "const __filename = urlToPath(import.meta.url);",
  'const __dirname = urlToPath(new URL(".", import.meta.url));',
].join("\n");

export default defineConfig({
  input: join(import.meta.dirname, "src/index.ts"),
  platform: "node",
  plugins: [leaveOutCallables(), oneCopyPerRelease()],
  treeshake: {
    // ccxt marks nothing as pure: without this every exchange it knows is kept.
    moduleSideEffects: (id) => !/[\\/]node_modules[\\/]ccxt[\\/]/.test(id),
  },
  output: {
    dir: join(import.meta.dirname, "dist"),
    format: "esm",
    entryFileNames: "index.js",
    chunkFileNames: "[name].js",
    cleanDir: true,
    // Names are kept: error classes are told apart and logged by theirs.
    minify: { mangle: { keepNames: true }, compress: { keepNames: { function: true, class: true } } },
    banner: COMMONJS_PATHS,
  },
});
