// Bundles the functions into the one file that is deployed. Must keep cold starts short: what costs there is the text
// that V8 has to compile, so generated code that nothing here calls is left out and proto descriptors stay JSON text.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "rolldown";

/** From this length on, JSON is cheaper to parse when a module runs than to compile with the whole bundle. */
const JSON_AS_TEXT_MIN_BYTES = 4_096;

/** Modules that Google's clients hand on to their callers, and none of these calls; and other API versions. */
const UNUSED_COMMONJS =
  /google-gax[\\/]build[\\/]protos[\\/](iam_service|locations|operations)\.js$|@google-cloud[\\/](pubsub|pubsub-api|firestore-api)[\\/]build[\\/]protos[\\/]protos\.js$|@google-cloud[\\/]firestore-api[\\/]build[\\/]src[\\/]v1[\\/]firestore_admin_client\.js$/;
const UNUSED_REEXPORTS =
  /@google-cloud[\\/]tasks[\\/]build[\\/](protos[\\/]protos\.js|esm[\\/]src[\\/]v2beta[23][\\/]index\.js)$/;

/** Message classes of Firestore: its serializer names one as a type, and only `firestore.bundle()` builds with them. */
const FIRESTORE_MESSAGES = /@google-cloud[\\/]firestore[\\/]build[\\/]protos[\\/]firestore_v1_proto_api\.js$/;
const NO_FIRESTORE_MESSAGES = `module.exports = {
  google: { firestore: { v1: {} } },
  get firestore() { throw new Error("Firestore data bundles are not part of the deployed file"); },
};`;

function leaveOut(): Plugin {
  return {
    name: "leave-out-unused-google-modules",
    load: {
      filter: { id: [UNUSED_COMMONJS, UNUSED_REEXPORTS, FIRESTORE_MESSAGES] },
      handler(id) {
        if (FIRESTORE_MESSAGES.test(id)) return NO_FIRESTORE_MESSAGES;
        if (UNUSED_COMMONJS.test(id)) return "module.exports = {};";
        // The names that the package's index exports again; they are types at run time nobody reads.
        return id.endsWith("index.js")
          ? "export const CloudTasksClient = undefined;"
          : "export const google = undefined;";
      },
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

function jsonAsText(): Plugin {
  return {
    name: "json-as-text",
    load: {
      filter: { id: /\.json$/ },
      handler(id) {
        const text = readFileSync(id, "utf8");
        if (text.length < JSON_AS_TEXT_MIN_BYTES) return null;
        const compact = JSON.stringify(JSON.stringify(JSON.parse(text)));
        return { code: `module.exports = JSON.parse(${compact});`, moduleType: "js" };
      },
    },
  };
}

/** Google's ES clients read their descriptors from disk beside the module; bundled, they have to be imported. */
function importDescriptors(): Plugin {
  const call = /getJSON\(path\.join\(dirname, ([^)]*)\)\)/g;
  return {
    name: "import-google-descriptors",
    transform: {
      filter: { id: /@google-cloud[\\/].*\.js$/, code: /getJSON\(path\.join\(dirname/ },
      handler(code, id) {
        const imports: string[] = [];
        const body = code.replace(call, (_match, parts: string) => {
          const segments = parts.split(",").map((part) => part.trim().replace(/^'|'$/g, ""));
          const name = `descriptor${imports.length}`;
          imports.push(`import ${name} from ${JSON.stringify(join(dirname(id), ...segments))};`);
          return name;
        });
        return { code: `${imports.join("\n")}\n${body}`, map: null };
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
  plugins: [oneCopyPerRelease(), leaveOut(), importDescriptors(), jsonAsText()],
  treeshake: {
    // ccxt marks nothing as pure: without this every exchange it knows is kept.
    moduleSideEffects: (id) => !/[\\/]node_modules[\\/]ccxt[\\/]/.test(id),
  },
  output: {
    file: join(import.meta.dirname, "dist/index.js"),
    format: "esm",
    codeSplitting: false,
    cleanDir: true,
    // Names are kept: error classes are told apart and logged by theirs.
    minify: { mangle: { keepNames: true }, compress: { keepNames: { function: true, class: true } } },
    banner: COMMONJS_PATHS,
  },
});
