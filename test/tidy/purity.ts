// Where a program may learn the time, roll dice, read the environment or wait: in adapters, and in config for the
// environment. Everywhere else these come in as arguments, or a decision could not be replayed.
import { child, dottedName, lineOf, type SourceFile, type SyntaxNode, walk } from "#tools/house/source.ts";

const AMBIENT_CALLS = new Set([
  "Date",
  "Date.now",
  "Math.random",
  "performance.now",
  "process.hrtime",
  "process.hrtime.bigint",
  "process.uptime",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "randomUUID",
  "randomBytes",
  "randomInt",
  "crypto.randomUUID",
  "crypto.randomBytes",
  "crypto.randomInt",
  "crypto.getRandomValues",
  "globalThis.setTimeout",
  "globalThis.setInterval",
]);

/** Literals that as a fallback hide a missing value. `false` and `true` combine conditions and hide nothing. */
function isFallback(node: SyntaxNode | null): boolean {
  if (node === null) return false;
  if (node.type === "Literal") return typeof node.value === "string" || typeof node.value === "number";
  return (
    node.type === "TemplateLiteral" || node.type === "ArrayExpression" || node.type === "ObjectExpression"
  );
}

/** A name or property, as settings and fields are read; what a call returned may well be an empty text. */
function isRead(node: SyntaxNode | null): boolean {
  return node?.type === "Identifier" || node?.type === "MemberExpression" || node?.type === "ChainExpression";
}

function isSetting(node: SyntaxNode | null): boolean {
  const name = dottedName(node);
  return name !== null && /(^|\.)(env|config|settings)\./i.test(name);
}

function ambientUse(node: SyntaxNode): string | null {
  if (node.type === "CallExpression") {
    const name = dottedName(child(node, "callee"));
    return name !== null && AMBIENT_CALLS.has(name) ? `${name}()` : null;
  }
  if (node.type === "NewExpression") {
    const bare = dottedName(child(node, "callee")) === "Date" && (node.arguments as unknown[]).length === 0;
    return bare ? "new Date()" : null;
  }
  return dottedName(node) === "process.env" ? "process.env" : null;
}

/** Ambient clock, randomness, environment or timers outside the layers that exist for them. */
export function ambientFaults(file: SourceFile): readonly string[] {
  if (file.path.startsWith("functions/src/adapters/")) return [];
  const mayReadEnv = file.path === "functions/src/config.ts";
  return [...walk(file.tree)].flatMap((node) => {
    const use = ambientUse(node);
    if (use === null || (use === "process.env" && mayReadEnv)) return [];
    return [`${file.path}:${lineOf(file, node.start)}: ${use} belongs behind a port, in an adapter`];
  });
}

/** Waiting in the pure layer: a decision is a function of its arguments. */
export function asyncFaults(file: SourceFile): readonly string[] {
  if (!/^(functions\/src\/domain|strategies)\//.test(file.path)) return [];
  return [...walk(file.tree)].flatMap((node) =>
    node.type === "AwaitExpression" || node.async === true
      ? [`${file.path}:${lineOf(file, node.start)}: the domain may not wait`]
      : [],
  );
}

/** `x || "literal"`, and `?? literal` over a setting: a missing value is a fault to report, not to paper over. */
export function fallbackFaults(file: SourceFile): readonly string[] {
  return [...walk(file.tree)].flatMap((node) => {
    if (node.type !== "LogicalExpression" || !isFallback(child(node, "right"))) return [];
    const left = child(node, "left");
    const hides = (node.operator === "||" && isRead(left)) || (node.operator === "??" && isSetting(left));
    return hides ? [`${file.path}:${lineOf(file, node.start)}: a literal stands in for a missing value`] : [];
  });
}
