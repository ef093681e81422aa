// A field of any document that a query can return. A condition on it is decided only where the query's own filters
// prove it for every such document; what they leave open is an UndecidedError, which denies and says why.
import type { QueryConstraint } from "../backend.ts";
import { applyBinary } from "./rule-operators.ts";
import {
  compare,
  EvaluationError,
  equals,
  isNumber,
  PartlyKnown,
  type RuleValue,
  typeOf,
} from "./rule-values.ts";
import type { BinaryOperator } from "./syntax-tree.ts";

/** A query leaves open what a condition asks: the query is denied, and its caller told of it. */
export class UndecidedError extends EvaluationError {}

/** Something of the document that no filter can fix. */
export class QueriedName extends PartlyKnown {
  readonly #what: string;
  constructor(what: string) {
    super();
    this.#what = what;
  }
  undecided(): EvaluationError {
    return new UndecidedError(`${this.#what} differs from document to document`);
  }
}

interface Bound {
  readonly value: RuleValue;
  /** The bound itself is left out. */
  readonly strict: boolean;
}

const FLIPPED: Readonly<Record<string, BinaryOperator>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

export class QueriedField extends PartlyKnown {
  readonly #path: readonly string[];
  readonly #constraints: readonly QueryConstraint[];

  constructor(path: readonly string[], constraints: readonly QueryConstraint[]) {
    super();
    this.#path = path;
    this.#constraints = constraints;
  }

  undecided(): EvaluationError {
    const name = ["resource.data", ...this.#path].join(".");
    return new UndecidedError(`no filter of the query settles ${name}`);
  }

  /** The member: its value where a filter fixes it exactly, else the part of the document that it is. */
  member(key: string): RuleValue {
    const member = new QueriedField([...this.#path, key], this.#constraints);
    const fixed = member.#fixed();
    return fixed !== undefined && isExact(fixed) ? fixed : member;
  }

  /** `this operator other`, or the other way round. Throws UndecidedError. */
  compared(operator: BinaryOperator, other: RuleValue, isLeft: boolean): RuleValue {
    if (other instanceof PartlyKnown) throw this.undecided();
    const fixed = this.#fixed();
    if (operator === "in") return isLeft ? this.#within(other, fixed) : this.#contains(other);
    // A sum has the type of its operands, and 3 may be stored as 3.0.
    if (fixed !== undefined && COMPARISONS.has(operator))
      return isLeft ? applyBinary(operator, fixed, other) : applyBinary(operator, other, fixed);
    if (operator === "==") return this.#equals(other);
    if (operator === "!=") return !this.#equals(other);
    const seen = isLeft ? operator : FLIPPED[operator];
    if (seen === undefined || !COMPARISONS.has(operator)) throw this.undecided();
    if (seen === ">") return !this.#isUpTo(other, "<=");
    if (seen === ">=") return !this.#isUpTo(other, "<");
    return this.#isUpTo(other, seen);
  }

  /** The methods that filters on arrays and equality can settle. Throws UndecidedError for all others. */
  method(name: string, args: readonly RuleValue[]): RuleValue {
    const [first = null, second = null] = args;
    if (name === "hasAny" && Array.isArray(first) && first.some((item) => this.#holds(item))) return true;
    if (name === "hasAll" && Array.isArray(first) && first.every((item) => this.#holds(item))) return true;
    if (name === "get" && args.length === 2 && typeof first === "string" && second !== undefined) {
      if (this.#exists([...this.#path, first])) return this.member(first);
    }
    throw this.undecided();
  }

  isOfType(type: string): boolean {
    const fixed = this.#fixed();
    if (fixed !== undefined && isNumber(fixed) && type !== "int" && type !== "float")
      return type === "number";
    throw this.undecided();
  }

  #own(): readonly QueryConstraint[] {
    return this.#constraints.filter(({ fieldPath }) => samePath(fieldPath, this.#path));
  }

  #fixed(): RuleValue | undefined {
    return this.#own().find(({ op }) => op === "==")?.value as RuleValue | undefined;
  }

  #holds(item: RuleValue): boolean {
    return this.#own().some(({ op, value }) => op === "array-contains" && equals(value as RuleValue, item));
  }

  /** A filter on a field, or on one inside it, finds only documents that have it. */
  #exists(path: readonly string[]): boolean {
    return this.#constraints.some(({ fieldPath }) => samePath(fieldPath.slice(0, path.length), path));
  }

  #within(container: RuleValue, fixed: RuleValue | undefined): RuleValue {
    if (fixed !== undefined) return applyBinary("in", fixed, container);
    throw this.undecided();
  }

  /** `item in this`: a listed element of an array, or a key of a map. */
  #contains(item: RuleValue): boolean {
    if (this.#holds(item)) return true;
    if (typeof item === "string" && this.#exists([...this.#path, item])) return true;
    throw this.undecided();
  }

  #equals(other: RuleValue): boolean {
    const excluded = this.#own().some(({ op, value }) => op === "!=" && equals(value as RuleValue, other));
    if (excluded || this.#isBeyond(other)) return false;
    throw this.undecided();
  }

  /** Whether the bounds leave no document at this value. */
  #isBeyond(value: RuleValue): boolean {
    const upper = this.#bound("<");
    const lower = this.#bound(">");
    const above =
      upper !== undefined && comparable(value, upper.value) && beyond(compare(value, upper.value), upper);
    const below =
      lower !== undefined && comparable(value, lower.value) && beyond(compare(lower.value, value), lower);
    return above || below;
  }

  #isUpTo(value: RuleValue, operator: string): boolean {
    const inclusive = operator === "<=";
    const upper = this.#bound("<");
    if (upper !== undefined && comparable(upper.value, value)) {
      const order = compare(upper.value, value);
      if (order < 0 || (order === 0 && (inclusive || upper.strict))) return true;
    }
    const lower = this.#bound(">");
    if (lower !== undefined && comparable(lower.value, value)) {
      const order = compare(lower.value, value);
      if (order > 0 || (order === 0 && (!inclusive || lower.strict))) return false;
    }
    throw this.undecided();
  }

  #bound(side: "<" | ">"): Bound | undefined {
    const found = this.#own().find(({ op }) => op === side || op === `${side}=`);
    return found && { value: found.value as RuleValue, strict: found.op === side };
  }
}

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(["==", "!=", "<", "<=", ">", ">="]);

const beyond = (order: number, { strict }: Bound): boolean => order > 0 || (order === 0 && strict);

function comparable(a: RuleValue, b: RuleValue): boolean {
  return (isNumber(a) && isNumber(b)) || typeOf(a) === typeOf(b);
}

/** An equal value is the same value; of numbers, and of what may hold numbers, 3 equals 3.0. */
function isExact(value: RuleValue): boolean {
  return !isNumber(value) && !["list", "map"].includes(typeOf(value));
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((segment, at) => segment === b[at]);
}
