// Checks what Firestore gives before anything is shown: a field that is missing or of another type makes the
// document unreadable, and the screen says which. Fields it does not know are left alone.
import { PLAIN_DECIMAL } from "../model/amount.ts";

/** Gives the value typed, or throws ShapeFault naming the field. */
export type Reader<T> = (value: unknown, path: string) => T;

export class ShapeFault extends Error {
  constructor(path: string, expected: string) {
    super(`${path} is not ${expected}`);
    this.name = "ShapeFault";
  }
}

function check<T>(expected: string, holds: (value: unknown) => value is T): Reader<T> {
  return (value, path) => {
    if (holds(value)) return value;
    throw new ShapeFault(path, expected);
  };
}

export const text = check("text", (value): value is string => typeof value === "string");
export const flag = check("true or false", (value): value is boolean => typeof value === "boolean");
export const number = check("a number", (value): value is number => Number.isFinite(value));
export const amount = check(
  "a decimal number",
  (value): value is string => typeof value === "string" && PLAIN_DECIMAL.test(value),
);
const mapping = check(
  "a map",
  (value): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value),
);
const array = check("a list", (value): value is unknown[] => Array.isArray(value));

/** A word of a list, which the domain spells: the page keeps none of its own. */
export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return check(words.join(" or "), (value): value is T => (words as readonly unknown[]).includes(value));
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null ? null : reader(value, path));
}

/** For a field that is only there when it has something to say. */
export function optional<T>(reader: Reader<T>): Reader<T | null> {
  return (value, path) => (value === undefined ? null : reader(value, path));
}

export function list<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, path) => array(value, path).map((item, index) => reader(item, `${path}[${index}]`));
}

export function record<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(mapping(value, path)).map(([key, item]) => [key, reader(item, `${path}.${key}`)]),
    );
}

/** Every field of T must have its reader: a field added to a domain type fails to compile here. */
export function shape<T>(fields: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  const entries = Object.entries(fields) as [string, Reader<unknown>][];
  return (value, path) => {
    const source = mapping(value, path);
    return Object.fromEntries(
      entries.map(([key, reader]) => [key, reader(source[key], path === "" ? key : `${path}.${key}`)]),
    ) as T;
  };
}

/** One of several shapes, told apart by their `kind`: one that is added to a domain type fails to compile here. */
export function byKind<T extends { readonly kind: string }>(
  readers: {
    readonly [K in T["kind"]]: Reader<Extract<T, { readonly kind: K }>>;
  },
): Reader<T> {
  const kinds = Object.keys(readers) as T["kind"][];
  return (value, path) => {
    const kind = oneOf(kinds)(mapping(value, path).kind, `${path}.kind`);
    return readers[kind](value, path) as T;
  };
}
