// Whether a query has its index, by the project's firestore.indexes.json: production refuses a query that lacks one, and
// keeps no single-field index where the file takes it away. Stricter than production in one point: indexes are never merged
// for a query that both filters by equality and orders.
import { NAME_FIELD } from "../field-path.ts";
import type { Filter, StructuredQuery } from "../proto.ts";
import { failedPrecondition } from "../status.ts";
import { filterLeaves, inequalityFields } from "./limits.ts";

type Scope = "COLLECTION" | "COLLECTION_GROUP";
type Mode = "ASCENDING" | "DESCENDING" | "CONTAINS";

/** A firestore.indexes.json, as far as it concerns queries. */
export interface IndexFile {
  readonly indexes: readonly {
    readonly collectionGroup: string;
    readonly queryScope: Scope;
    readonly fields: readonly {
      readonly fieldPath: string;
      readonly order?: Mode;
      readonly arrayConfig?: Mode;
    }[];
  }[];
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string;
    /** `*` stands for every field of the collection group. */
    readonly fieldPath: string;
    readonly indexes: readonly {
      readonly queryScope?: Scope;
      readonly order?: Mode;
      readonly arrayConfig?: Mode;
    }[];
  }[];
}

/** A query as indexes see it. Fields under an inequality are among the orders. */
export interface IndexNeed {
  readonly collectionId: string;
  readonly scope: Scope;
  readonly equal: readonly string[];
  readonly contains: readonly string[];
  readonly orders: readonly { readonly fieldPath: string; readonly mode: Mode }[];
}

const EQUALITIES: ReadonlySet<string> = new Set(["EQUAL", "IN", "IS_NULL", "IS_NAN"]);
const CONTAINMENTS: ReadonlySet<string> = new Set(["ARRAY_CONTAINS", "ARRAY_CONTAINS_ANY"]);
/** Single-field indexes that are kept without being asked for; none of them spans a collection group. */
const USUAL: readonly { readonly queryScope: Scope; readonly mode: Mode }[] = (
  ["ASCENDING", "DESCENDING", "CONTAINS"] as const
).map((mode) => ({ queryScope: "COLLECTION", mode }));

/** The need of a query over one collection id; null where no index can be needed. */
export function needOf(query: StructuredQuery): IndexNeed | null {
  const from = query.from?.[0];
  if (!from?.collectionId) return null;
  const fields = (ops: ReadonlySet<string>, where: Filter | null | undefined) => [
    ...new Set([...filterLeaves(where)].filter(({ op }) => ops.has(op)).map(({ fieldPath }) => fieldPath)),
  ];
  const given = (query.orderBy ?? []).map(({ field, direction }) => ({
    fieldPath: field?.fieldPath ?? "",
    mode: direction === "DESCENDING" ? ("DESCENDING" as const) : ("ASCENDING" as const),
  }));
  const last = given.at(-1)?.mode ?? "ASCENDING";
  const implied = inequalityFields(query.where)
    .filter((fieldPath) => !given.some((each) => each.fieldPath === fieldPath))
    .map((fieldPath) => ({ fieldPath, mode: last }));
  const isField = (fieldPath: string) => fieldPath !== NAME_FIELD;
  return {
    collectionId: from.collectionId,
    scope: from.allDescendants === true ? "COLLECTION_GROUP" : "COLLECTION",
    equal: fields(EQUALITIES, query.where).filter(isField),
    contains: fields(CONTAINMENTS, query.where),
    orders: [...given, ...implied].filter(({ fieldPath }) => isField(fieldPath)),
  };
}

/** Throws FAILED_PRECONDITION, naming the index that lacks. */
export function checkIndex(file: IndexFile, need: IndexNeed | null): void {
  if (need === null || isIndexed(file, need)) return;
  const { collectionId, scope, equal, contains, orders } = need;
  const fields = [
    ...equal.map((field) => `${field} ==`),
    ...contains.map((field) => `${field} CONTAINS`),
    ...orders.map(({ fieldPath, mode }) => `${fieldPath} ${mode}`),
  ];
  throw failedPrecondition(
    `The query requires an index: ${scope} ${collectionId} (${fields.join(", ")}). Add it to firestore.indexes.json.`,
  );
}

function isIndexed(file: IndexFile, need: IndexNeed): boolean {
  const { equal, contains, orders } = need;
  if (orders.length === 0 && equal.length + contains.length > 0) {
    const isEach =
      equal.every((field) => hasSingle(file, need, field, ["ASCENDING", "DESCENDING"])) &&
      contains.every((field) => hasSingle(file, need, field, ["CONTAINS"]));
    return isEach || hasComposite(file, need);
  }
  if (equal.length + contains.length > 0 || orders.length > 1) return hasComposite(file, need);
  return orders.every(({ fieldPath, mode }) => hasSingle(file, need, fieldPath, [mode]));
}

/** The nearest word of the file on the field: its own, a map's that it stands in, the collection's, else the usual. */
function hasSingle(file: IndexFile, need: IndexNeed, field: string, modes: readonly Mode[]): boolean {
  const ofGroup = file.fieldOverrides.filter(({ collectionGroup }) => collectionGroup === need.collectionId);
  const parts = field.split(".");
  const wanted = [...parts.map((_part, left) => parts.slice(0, parts.length - left).join(".")), "*"];
  const said = wanted.flatMap((path) => ofGroup.filter(({ fieldPath }) => fieldPath === path))[0];
  const kept =
    said?.indexes.map(({ queryScope = "COLLECTION", order, arrayConfig }) => ({
      queryScope,
      mode: order ?? arrayConfig,
    })) ?? USUAL;
  return kept.some(
    ({ queryScope, mode }) => queryScope === need.scope && mode !== undefined && modes.includes(mode),
  );
}

function hasComposite(file: IndexFile, { collectionId, scope, equal, contains, orders }: IndexNeed): boolean {
  const first = new Set([...equal, ...contains]);
  return file.indexes.some(({ collectionGroup, queryScope, fields }) => {
    if (collectionGroup !== collectionId || queryScope !== scope) return false;
    if (fields.length !== first.size + orders.length) return false;
    const isPrefix = fields.slice(0, first.size).every(({ fieldPath }) => first.has(fieldPath));
    const rest = fields.slice(first.size);
    return (
      isPrefix &&
      rest.every(
        ({ fieldPath, order }, at) => fieldPath === orders[at]?.fieldPath && order === orders[at]?.mode,
      )
    );
  });
}
