// A strategy's file holds imports, constants, pure functions, types, and the one declaration. A value in it that can
// change would be remembered from one evaluation to the next, and a backtest would know more than a live run.
import { child, dottedName, lineOf, type SourceFile, type SyntaxNode, walk } from "#tools/house/source.ts";

/** Calls that make a strategy, and nothing that changes. */
const MAKERS = new Set(["defineStrategy", "defineUniverseStrategy"]);

/** State of a module: variables, and constants that hold something made when the file is loaded. */
export function stateFaults(file: SourceFile): readonly string[] {
  return (file.tree.body as readonly SyntaxNode[]).flatMap((statement) => {
    const declared = child(statement, "declaration") ?? statement;
    if (declared.type !== "VariableDeclaration") return [];
    const at = `${file.path}:${lineOf(file, statement.start)}`;
    if (declared.kind !== "const")
      return [`${at}: a strategy remembers nothing, so it has no ${declared.kind}`];
    const held = (declared.declarations as readonly SyntaxNode[]).map((each) => child(each, "init"));
    return held.some((init) => init !== null && holdsState(init))
      ? [`${at}: a strategy remembers nothing; make this inside of indicators or decide`]
      : [];
  });
}

function holdsState(init: SyntaxNode): boolean {
  if (init.type === "ArrowFunctionExpression" || init.type === "FunctionExpression") return false;
  if (init.type === "CallExpression") return !MAKERS.has(dottedName(child(init, "callee")) ?? "");
  return [...walk(init)].some(({ type }) => type === "NewExpression" || type === "ArrayExpression");
}
