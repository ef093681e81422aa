// The value that a name stands for in the rules, or that no single value fits it.
import type { RuleValue } from "./rule-values.ts";

/** Stands for the value of a wildcard that no single value fits. */
export const UNKNOWN = Symbol("unknown");
export type Binding = RuleValue | typeof UNKNOWN;
