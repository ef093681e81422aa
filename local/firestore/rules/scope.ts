// The names that are visible at a place in the rules: variables and functions of the enclosing blocks. An
// unknown variable (any document of a list) exists without a value; reading it is an evaluation error.
import { EvaluationError, type RuleValue } from "./rule-values.ts";
import type { FunctionDeclaration } from "./syntax-tree.ts";

/** Stands for the value of a wildcard that no single value fits. */
export const UNKNOWN = Symbol("unknown");
export type Binding = RuleValue | typeof UNKNOWN;

export class Scope {
  readonly #parent: Scope | undefined;
  readonly #variables: ReadonlyMap<string, Binding>;
  readonly #functions: readonly FunctionDeclaration[];

  constructor(
    parent: Scope | undefined,
    variables: ReadonlyMap<string, Binding>,
    functions: readonly FunctionDeclaration[] = [],
  ) {
    this.#parent = parent;
    this.#variables = variables;
    this.#functions = functions;
  }

  variable(name: string): RuleValue {
    const value = this.#variables.get(name);
    if (value === UNKNOWN) throw new EvaluationError(`'${name}' has no single value in this request`);
    if (value !== undefined) return value;
    if (this.#parent === undefined) throw new EvaluationError(`'${name}' is not defined in this request`);
    return this.#parent.variable(name);
  }

  /** The function and the scope it was declared in: its body sees that scope, not its caller's. */
  function(name: string): { readonly declaration: FunctionDeclaration; readonly home: Scope } {
    const declaration = this.#functions.find((candidate) => candidate.name === name);
    if (declaration !== undefined) return { declaration, home: this };
    if (this.#parent === undefined) throw new EvaluationError(`function '${name}' is not defined`);
    return this.#parent.function(name);
  }
}
