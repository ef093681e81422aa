// Which layer may import what. Keeps the arrows of the architecture one-way: entry → wiring → compose → app, schemas →
// ports → domain; adapters know ports, schemas and domain; only wiring knows adapters, and it knows no use case.
import { type Import, ImportResolver, importsOf } from "#tools/house/imports.ts";
import { lineOf, ROOT, type SourceFile } from "#tools/house/source.ts";

type Layer =
  | "domain"
  | "ports"
  | "schemas"
  | "app"
  | "adapters"
  | "entry"
  | "compose"
  | "wiring"
  | "config"
  | "index"
  | "hosting"
  | "strategy"
  | "strategyInterface"
  | "strategyRuntime"
  | "strategyList";

interface LayerRule {
  readonly layers: readonly Layer[];
  /** Packages that may be imported; `any` where talking to the outside is the layer's job. */
  readonly packages: "any" | readonly RegExp[];
}

/** Hashing is a pure function; nothing else of Node's belongs in the pure layers. */
const PURE_NODE = /^node:(crypto|net)$/;

const RULES: Readonly<Record<Layer, LayerRule>> = {
  domain: { layers: ["domain"], packages: [/^decimal\.js$/, PURE_NODE] },
  ports: { layers: ["ports", "domain"], packages: [] },
  schemas: { layers: ["schemas", "ports", "domain"], packages: [/^zod$/, /^decimal\.js$/, PURE_NODE] },
  app: { layers: ["app", "schemas", "ports", "domain"], packages: [/^zod$/, /^decimal\.js$/, PURE_NODE] },
  adapters: { layers: ["adapters", "ports", "schemas", "domain"], packages: "any" },
  config: { layers: ["schemas", "domain"], packages: [/^zod$/] },
  compose: { layers: ["compose", "app", "schemas", "ports", "domain"], packages: [] },
  wiring: { layers: ["wiring", "compose", "config", "adapters", "ports", "domain"], packages: [] },
  entry: {
    layers: ["entry", "wiring", "compose", "config", "app", "schemas", "ports", "domain"],
    packages: [/^firebase-functions(\/|$)/, /^zod$/, /^node:(http|net)$/],
  },
  index: { layers: ["entry"], packages: [] },
  hosting: { layers: ["hosting", "domain"], packages: "any" },
  // A strategy sees its interface and no other strategy; only the runtime knows how it is asked.
  strategy: { layers: ["strategyInterface"], packages: [/^zod$/] },
  strategyInterface: { layers: ["strategyInterface", "domain"], packages: [/^zod$/, /^trading-signals$/] },
  strategyRuntime: {
    layers: ["strategyRuntime", "strategyInterface", "schemas", "domain"],
    packages: [/^zod$/],
  },
  strategyList: { layers: ["strategy", "strategyInterface"], packages: [] },
};

const resolver = new ImportResolver(ROOT);

/**
 * The domain's code that the page runs itself, so that its numbers and words are the functions' own. Of the rest it may
 * know the types only: it must not take decisions of its own.
 */
const SHARED_WITH_HOSTING: ReadonlySet<string> = new Set([
  "functions/src/domain/decimal.ts",
  "functions/src/domain/decide/exit-triggers.ts",
  "functions/src/domain/risk/engine.ts",
  "functions/src/domain/documents/command.ts",
  "functions/src/domain/documents/words.ts",
  "functions/src/domain/documents/kinds.ts",
  "functions/src/domain/documents/versions.ts",
  "functions/src/domain/telling/marked.ts",
  // Alerts and the page name a refusal in the same words.
  "functions/src/domain/telling/refusal-words.ts",
]);

/** Rooms of strategies/ that hold no strategy. */
const RUNTIME_ROOMS = /^strategies\/(runtime|testing)\//;

function strategyLayerOf(path: string): Layer {
  if (path === "strategies/all.ts") return "strategyList";
  if (RUNTIME_ROOMS.test(path)) return "strategyRuntime";
  return /^strategies\/[^/]+$/.test(path) ? "strategyInterface" : "strategy";
}

function layerOf(path: string): Layer | null {
  if (path.startsWith("strategies/")) return strategyLayerOf(path);
  if (path.startsWith("hosting/src/")) return "hosting";
  const inside = /^functions\/src\/([^/]+)/.exec(path)?.[1];
  if (inside === undefined) return null;
  const name = inside.replace(/\.ts$/, "");
  return name in RULES && !/^(hosting|strategy)/.test(name) ? (name as Layer) : null;
}

function faultOf(file: SourceFile, layer: Layer, { from, typeOnly }: Import): string | null {
  const rule = RULES[layer];
  const target = resolver.resolve(file.path, from);
  if (target === null) {
    const allowed = rule.packages === "any" || rule.packages.some((pattern) => pattern.test(from));
    return allowed ? null : `${layer} may not import the package ${from}`;
  }
  const targetLayer = layerOf(target);
  if (targetLayer === null) {
    return target.startsWith("functions/src/") || layer !== "hosting"
      ? `${layer} may not import ${target}: it belongs to no layer`
      : null;
  }
  if (!rule.layers.includes(targetLayer)) return `${layer} may not import ${targetLayer} (${target})`;
  if (layer === "hosting" && targetLayer === "domain" && !typeOnly && !SHARED_WITH_HOSTING.has(target))
    return `hosting may import types from domain, not code (${target})`;
  return null;
}

/** A path that climbs two folders says nothing about where it leads: a subpath does (decision 31). */
export function climbingFaults(file: SourceFile): readonly string[] {
  return importsOf(file).flatMap(({ from, node }) =>
    from.startsWith("../../")
      ? [`${file.path}:${lineOf(file, node.start)}: climbs to ${from}; name it by its subpath, #…`]
      : [],
  );
}

/** Imports against the arrows, and sources under functions/src that stand in no layer. */
export function layerFaults(file: SourceFile): readonly string[] {
  const layer = layerOf(file.path);
  if (layer === null) return [`${file.path}: stands in no layer`];
  return importsOf(file).flatMap((found) => {
    const fault = faultOf(file, layer, found);
    return fault === null ? [] : [`${file.path}:${lineOf(file, found.node.start)}: ${fault}`];
  });
}
