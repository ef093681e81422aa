// The names that are visible at a place in the rules: variables and functions of the enclosing blocks. An
// unknown variable (any document of a list) exists without a value; reading it is an evaluation error.
import { type Binding, UNKNOWN } from "./binding.ts";
import type { Evaluation } from "./evaluation.ts";
import { UndecidedError } from "./queried-field.ts";
import { EvaluationError, type RuleValue } from "./rule-values.ts";
import type { FunctionDeclaration } from "./syntax-tree.ts";

export class Scope {
  /** The question that is being answered: what it has cost, and what it may look up. */
  readonly evaluation: Evaluation;
  readonly #parent: Scope | undefined;
  readonly #variables: ReadonlyMap<string, Binding>;
  readonly #functions: readonly FunctionDeclaration[];

  constructor(
    outer: Scope | Evaluation,
    variables: ReadonlyMap<string, Binding>,
    functions: readonly FunctionDeclaration[] = [],
  ) {
    this.#parent = outer instanceof Scope ? outer : undefined;
    this.evaluation = outer instanceof Scope ? outer.evaluation : outer;
    this.#variables = variables;
    this.#functions = functions;
  }

  variable(name: string): RuleValue {
    const value = this.#variables.get(name);
    if (value === UNKNOWN) throw new UndecidedError(`'${name}' differs from document to document`);
    if (value !== undefined) return value;
    if (this.#parent === undefined) throw new EvaluationError(`'${name}' is not defined in this request`);
    return this.#parent.variable(name);
  }

  hasVariable(name: string): boolean {
    return this.#variables.has(name) || this.#parent?.hasVariable(name) === true;
  }

  /** The function and the scope it was declared in: its body sees that scope, not its caller's. Undefined: none. */
  function(name: string): { readonly declaration: FunctionDeclaration; readonly home: Scope } | undefined {
    const declaration = this.#functions.find((candidate) => candidate.name === name);
    return declaration === undefined ? this.#parent?.function(name) : { declaration, home: this };
  }
}
