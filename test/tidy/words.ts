// A list of words is spelled once. Finds every list that a module of the functions exports, and every place that spells
// the same words again: as a type, as a schema's enum, as a reader's arguments or as a second list.
import { child, lineOf, type SourceFile, type SyntaxNode, walk } from "#tools/house/source.ts";

export interface WordList {
  readonly name: string;
  readonly path: string;
  readonly words: readonly string[];
}

/** Two words are a list; one is a name. */
const FEWEST_WORDS = 2;

function textOf(node: SyntaxNode | null): string | null {
  const literal = node?.type === "TSLiteralType" ? child(node, "literal") : node;
  return literal?.type === "Literal" && typeof literal.value === "string" ? literal.value : null;
}

const MEMBERS: Readonly<Record<string, string>> = {
  ArrayExpression: "elements",
  CallExpression: "arguments",
  TSUnionType: "types",
};

/** The words that a node spells out; null unless all of its members are texts. */
function wordsOf(node: SyntaxNode): readonly string[] | null {
  const field = MEMBERS[node.type];
  if (field === undefined) return null;
  const words = (node[field] as readonly (SyntaxNode | null)[]).map(textOf);
  return words.length >= FEWEST_WORDS && words.every((word) => word !== null) ? words : null;
}

/** The exported `const NAME = ["a", "b"] as const` of a source. */
export function wordListsOf(file: SourceFile): readonly WordList[] {
  return [...walk(file.tree)].flatMap((node) => {
    const declaration = node.type === "ExportNamedDeclaration" ? child(node, "declaration") : null;
    if (declaration?.type !== "VariableDeclaration") return [];
    return (declaration.declarations as readonly SyntaxNode[]).flatMap((each) => {
      const value = child(each, "init");
      const list = value?.type === "TSAsExpression" ? child(value, "expression") : null;
      const words = list?.type === "ArrayExpression" ? wordsOf(list) : null;
      return words === null ? [] : [{ name: String(child(each, "id")?.name), path: file.path, words }];
    });
  });
}

function isSame(words: readonly string[], list: WordList): boolean {
  return words.length === list.words.length && words.every((word) => list.words.includes(word));
}

/** Places that spell a list anew; its own declaration is where it may stand. */
export function respelledFaults(file: SourceFile, lists: readonly WordList[]): readonly string[] {
  const own = new Set(lists.filter(({ path }) => path === file.path).map(({ name }) => name));
  return [...walk(file.tree)].flatMap((node) => {
    const words = wordsOf(node);
    const list = words === null ? undefined : lists.find((each) => isSame(words, each));
    if (list === undefined) return [];
    if (node.type === "ArrayExpression" && own.delete(list.name)) return [];
    return [`${file.path}:${lineOf(file, node.start)}: spells ${list.name} of ${list.path} again`];
  });
}

/** Lists of the same words under two names: whoever adds a word would have to know both. */
export function twinFaults(lists: readonly WordList[]): readonly string[] {
  return lists.flatMap((list, at) => {
    const twin = lists.slice(0, at).find((each) => isSame(list.words, each));
    return twin === undefined
      ? []
      : [`${list.path}: ${list.name} has the words of ${twin.name} (${twin.path})`];
  });
}
