// The mechanical part of docs/STYLE.md: phrases that make a reader look for the subject of a sentence. Counts only; what
// a sentence means stays a person's work.
import { commentsOf } from "./comments.ts";
import { lineOf, type SourceFile, walk } from "./source.ts";

export interface ProseRule {
  readonly name: string;
  /** Places in a file, one line each. */
  readonly places: (file: SourceFile) => readonly string[];
}

const NEGATION = /\b(not|no|never|nothing|none|nobody|nowhere|neither|nor|cannot|without)\b|n't\b/gi;
const SENTENCE_END = /(?<=[.;:!?])\s+/;
const MAX_NEGATIONS = 1;

function inComments(name: string, isFault: (text: string) => boolean): ProseRule {
  return {
    name,
    places: (file) =>
      commentsOf(file).flatMap(({ line, text }) =>
        isFault(text) ? [`${file.path}:${line}: ${text.slice(0, 100)}`] : [],
      ),
  };
}

function negatesTwice(text: string): boolean {
  return text.split(SENTENCE_END).some((sentence) => (sentence.match(NEGATION)?.length ?? 0) > MAX_NEGATIONS);
}

/** Text that the product shows or sends, as far as it stands in one literal. */
function* literalsOf(file: SourceFile): Generator<{ readonly line: number; readonly text: string }> {
  for (const node of walk(file.tree)) {
    if (node.type === "Literal" && typeof node.value === "string")
      yield { line: lineOf(file, node.start), text: node.value };
    if (node.type === "TemplateElement") yield { line: lineOf(file, node.start), text: cooked(node.value) };
  }
}

function cooked(value: unknown): string {
  return typeof value === "object" && value !== null ? String(Reflect.get(value, "cooked")) : "";
}

export const PROSE_RULES: readonly ProseRule[] = [
  inComments('says "Keeps true that"', (text) => /\bkeeps true that\b/i.test(text)),
  inComments('begins with "What"', (text) => /^what\b/i.test(text)),
  inComments('says "whoever"', (text) => /\bwhoever\b/i.test(text)),
  inComments('says "nobody"', (text) => /\bnobody\b/i.test(text)),
  inComments("negates twice in a sentence", negatesTwice),
  {
    name: 'shows a text with "whoever" or "nobody"',
    places: (file) =>
      [...literalsOf(file)].flatMap(({ line, text }) =>
        /\b(whoever|nobody)\b/i.test(text) ? [`${file.path}:${line}: ${text.slice(0, 100)}`] : [],
      ),
  },
];
