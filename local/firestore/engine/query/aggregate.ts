// count, sum and avg over a query's documents, with the number rules of the protocol: integers stay integers until
// they overflow, non-numbers are skipped, NaN wins.
import type { StoredDocument } from "../document.ts";
import type { Aggregation } from "../proto.ts";
import { invalidArgument, unimplemented } from "../status.ts";
import { NULL, type Value } from "../value.ts";
import { type FieldReader, fieldReader } from "./filter.ts";

/** Most aggregations of one query (proto documentation). */
const MAX_AGGREGATIONS = 5;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

type Reducer = (documents: readonly StoredDocument[]) => Value;

interface Numbers {
  readonly count: number;
  readonly integers: bigint;
  readonly doubles: number;
  readonly allIntegers: boolean;
}

function numbersOf(documents: readonly StoredDocument[], read: FieldReader): Numbers {
  let count = 0;
  let integers = 0n;
  let doubles = 0;
  let allIntegers = true;
  for (const document of documents) {
    const value = read(document);
    if (value === undefined) continue;
    if ("integerValue" in value) integers += BigInt(value.integerValue);
    else if ("doubleValue" in value) {
      doubles += value.doubleValue;
      allIntegers = false;
    } else continue;
    count += 1;
  }
  return { count, integers, doubles, allIntegers };
}

function sum(read: FieldReader): Reducer {
  return (documents) => {
    const { integers, doubles, allIntegers } = numbersOf(documents, read);
    if (allIntegers && integers >= INT64_MIN && integers <= INT64_MAX)
      return { integerValue: integers.toString() };
    return { doubleValue: Number(integers) + doubles };
  };
}

function average(read: FieldReader): Reducer {
  return (documents) => {
    const { count, integers, doubles } = numbersOf(documents, read);
    return count === 0 ? NULL : { doubleValue: (Number(integers) + doubles) / count };
  };
}

function upTo(raw: NonNullable<Aggregation["count"]>["upTo"]): number {
  if (raw == null) return Number.POSITIVE_INFINITY;
  const limit = Number(typeof raw === "object" ? raw.value : raw);
  if (!(limit > 0)) throw invalidArgument("count.up_to must be greater than zero");
  return limit;
}

function reducerOf(aggregation: Aggregation): Reducer {
  if (aggregation.count != null) {
    const limit = upTo(aggregation.count.upTo);
    return (documents) => ({ integerValue: String(Math.min(documents.length, limit)) });
  }
  if (aggregation.sum != null) return sum(fieldReader(aggregation.sum.field?.fieldPath));
  if (aggregation.avg != null) return average(fieldReader(aggregation.avg.field?.fieldPath));
  throw unimplemented(`Aggregation ${Object.keys(aggregation).join(", ")}`);
}

/**
 * Compiles aggregations to a function from the documents to the result's fields by alias. Several aggregations in
 * one query count only documents that have every aggregated field, as production's index scan does.
 */
export function compileAggregations(
  aggregations: readonly Aggregation[],
): (documents: readonly StoredDocument[]) => Record<string, Value> {
  if (aggregations.length === 0) throw invalidArgument("An aggregation query requires an aggregation");
  if (aggregations.length > MAX_AGGREGATIONS) {
    throw invalidArgument(
      `The maximum number of aggregations allowed in an aggregation query is ${MAX_AGGREGATIONS}. Received: ${aggregations.length}`,
    );
  }
  let unnamed = 0;
  const reducers = new Map<string, Reducer>();
  for (const aggregation of aggregations) {
    if (!aggregation.alias) unnamed += 1;
    const alias = aggregation.alias ? aggregation.alias : `field_${unnamed}`;
    if (reducers.has(alias)) throw invalidArgument(`Duplicate aggregation alias ${alias}`);
    reducers.set(alias, reducerOf(aggregation));
  }
  const fields = aggregations
    .flatMap(({ sum: total, avg }) => [total?.field?.fieldPath, avg?.field?.fieldPath])
    .filter((field) => field !== undefined)
    .map(fieldReader);
  return (documents) => {
    const counted = documents.filter((document) => fields.every((read) => read(document) !== undefined));
    return Object.fromEntries([...reducers].map(([alias, reduce]) => [alias, reduce(counted)] as const));
  };
}
