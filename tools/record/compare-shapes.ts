// Compares the shape of an answer with known answers of the same call: field names and JSON types, never values. Says each
// difference once, by the path to it.

type Json = "array" | "object" | "null" | "string" | "number" | "boolean";

/** A field that tells rows of one list apart that have different fields. */
const DISCRIMINATOR = "filterType";

function jsonTypeOf(value: unknown): Json {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : (typeof value as Json);
}

type Fields = Readonly<Record<string, unknown>>;

/** Differences of `answer` from every one of `known`; empty when its shape is one of theirs. */
export function shapeFaults(answer: unknown, known: readonly unknown[]): readonly string[] {
  return [...new Set(faultsAt("answer", answer, known))];
}

function faultsAt(path: string, value: unknown, known: readonly unknown[]): readonly string[] {
  const type = jsonTypeOf(value);
  const alike = known.filter((each) => jsonTypeOf(each) === type);
  if (alike.length === 0) {
    const types = [...new Set(known.map(jsonTypeOf))].toSorted().join(" or ");
    return known.length === 0 ? [] : [`${path} is ${type}, known is ${types}`];
  }
  if (type === "array") {
    const rows = (alike as readonly (readonly unknown[])[]).flat();
    return (value as readonly unknown[]).flatMap((row) => faultsAt(`${path}[]`, row, rows));
  }
  return type === "object" ? faultsOfObject(path, value as Fields, alike as readonly Fields[]) : [];
}

function faultsOfObject(path: string, fields: Fields, known: readonly Fields[]): readonly string[] {
  const kind = fields[DISCRIMINATOR];
  const alike = kind === undefined ? known : known.filter((each) => each[DISCRIMINATOR] === kind);
  if (alike.length === 0) return [`${path} of ${DISCRIMINATOR} ${String(kind)} is not known`];
  const nearest = alike.toSorted((a, b) => distance(fields, a) - distance(fields, b));
  const same = nearest.filter((each) => distance(fields, each) === distance(fields, nearest[0] ?? {}));
  const [first = {}] = same;
  const at = kind === undefined ? path : `${path}(${String(kind)})`;
  return [
    ...Object.keys(first)
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => `${at}.${name} is missing`),
    ...Object.keys(fields)
      .filter((name) => !Object.hasOwn(first, name))
      .map((name) => `${at}.${name} is not known`),
    ...Object.entries(fields).flatMap(([name, value]) => {
      const values = same.filter((each) => Object.hasOwn(each, name)).map((each) => each[name]);
      return faultsAt(`${at}.${name}`, value, values);
    }),
  ];
}

/** How many field names only one of both has. */
function distance(a: Fields, b: Fields): number {
  const alone = (fields: Fields, other: Fields): number =>
    Object.keys(fields).filter((name) => !Object.hasOwn(other, name)).length;
  return alone(a, b) + alone(b, a);
}
