// The syntax tree of a rules file. Every node keeps its position, so that checks made at load can name the place.
import type { SourcePosition } from "./rules-syntax-error.ts";

export type BinaryOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "+" | "-" | "*" | "/" | "%";

interface Located {
  readonly at: SourcePosition;
}

export type Expression = Located &
  (
    | { readonly kind: "literal"; readonly value: null | boolean | bigint | number | string | Uint8Array }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "list"; readonly items: readonly Expression[] }
    | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
    | { readonly kind: "path"; readonly segments: readonly (string | Expression)[] }
    | { readonly kind: "member"; readonly object: Expression; readonly member: string }
    | { readonly kind: "index"; readonly object: Expression; readonly index: Expression }
    | {
        readonly kind: "range";
        readonly object: Expression;
        readonly start: Expression;
        readonly end: Expression;
      }
    | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
    | {
        readonly kind: "method";
        readonly object: Expression;
        readonly method: string;
        readonly args: readonly Expression[];
      }
    | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Expression }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: "logical";
        readonly operator: "&&" | "||";
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: "is"; readonly operand: Expression; readonly type: string }
    | {
        readonly kind: "conditional";
        readonly test: Expression;
        readonly whenTrue: Expression;
        readonly whenFalse: Expression;
      }
  );

export interface FunctionDeclaration extends Located {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly bindings: readonly { readonly name: string; readonly value: Expression }[];
  readonly result: Expression;
}

/** One segment of a match pattern: fixed text, `{name}` for one segment, or `{name=**}` for any number of them, in version 1 of the rules at least one. */
export type PatternSegment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "one"; readonly name: string }
  | { readonly kind: "rest"; readonly name: string; readonly atLeast: number };

export type Operation = "get" | "list" | "create" | "update" | "delete";

export interface AllowStatement extends Located {
  readonly operations: ReadonlySet<Operation>;
  /** Absent means always allowed, as in `allow read;`. */
  readonly condition: Expression | undefined;
}

export interface MatchBlock extends Located {
  readonly pattern: readonly PatternSegment[];
  readonly functions: readonly FunctionDeclaration[];
  readonly allows: readonly AllowStatement[];
  readonly matches: readonly MatchBlock[];
}

export interface RulesFile {
  readonly functions: readonly FunctionDeclaration[];
  readonly matches: readonly MatchBlock[];
}
