// Differences between two configs, field by field, for the operator who is about to activate one.
import { isSameJson } from "./same-json.ts";

export interface ConfigChange {
  /** `drawdown.haltBps`; a list is one field. */
  readonly field: string;
  /** Undefined where the field is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** In the order of the fields' names. */
export function configDiff(before: object, after: object, prefix = ""): readonly ConfigChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): readonly ConfigChange[] => {
    const one: unknown = Reflect.get(before, name);
    const other: unknown = Reflect.get(after, name);
    if (isSameJson(one, other)) return [];
    const field = `${prefix}${name}`;
    if (isSection(one) && isSection(other)) return configDiff(one, other, `${field}.`);
    return [{ field, before: one, after: other }];
  });
}

function isSection(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
