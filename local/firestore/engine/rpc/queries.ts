// RunQuery and RunAggregationQuery.
import { documentMessage } from "../document.ts";
import type { Aggregation, ConsistencySelector, StructuredQuery } from "../proto.ts";
import { compileAggregations } from "../query/aggregate.ts";
import { compileQuery, predicateOf } from "../query/compile.ts";
import { type ReadView, withView } from "../read-view.ts";
import { invalidArgument, unimplemented } from "../status.ts";
import { timestampFromMicros } from "../timestamp.ts";
import type { StreamHandler } from "./call.ts";

type RunQueryRequest = ConsistencySelector & {
  parent?: string;
  structuredQuery?: StructuredQuery | null;
  explainOptions?: unknown;
};

const begunBy = (view: ReadView): { transaction?: Buffer } =>
  view.newTransactionId === undefined ? {} : { transaction: view.newTransactionId };

/** Sends one response per document. An empty result sends one response with the read time alone. */
export const runQuery: StreamHandler = async ({ database, access, caller }, message, send) => {
  const request = message as RunQueryRequest;
  if (request.explainOptions != null) throw unimplemented("Query explain is not supported");
  if (request.structuredQuery == null) throw invalidArgument("RunQuery has no structured_query");
  const query = compileQuery(request.parent, request.structuredQuery);
  access.checkQuery(caller, query);
  const lock = { kind: "query", predicate: predicateOf(query) } as const;
  const { view, documents } = await withView(database, request, lock, (opened) => ({
    view: opened,
    documents: opened.query(query),
  }));
  const readTime = timestampFromMicros(view.readMicros);
  let first = query.offset > 0 ? { ...begunBy(view), skippedResults: query.offset } : begunBy(view);
  for (const document of documents) {
    send({ document: documentMessage(document, query.projection), readTime, ...first });
    first = {};
  }
  if (documents.length === 0) send({ readTime, ...first });
};

type RunAggregationQueryRequest = ConsistencySelector & {
  parent?: string;
  structuredAggregationQuery?: {
    structuredQuery?: StructuredQuery | null;
    aggregations?: readonly Aggregation[];
  } | null;
  explainOptions?: unknown;
};

export const runAggregationQuery: StreamHandler = async ({ database, access, caller }, message, send) => {
  const request = message as RunAggregationQueryRequest;
  if (request.explainOptions != null) throw unimplemented("Query explain is not supported");
  const { structuredQuery, aggregations = [] } = request.structuredAggregationQuery ?? {};
  if (structuredQuery == null) throw invalidArgument("RunAggregationQuery has no structured_query");
  const query = compileQuery(request.parent, structuredQuery);
  const reduce = compileAggregations(aggregations);
  access.checkQuery(caller, query);
  const lock = { kind: "query", predicate: predicateOf(query) } as const;
  const { view, aggregateFields } = await withView(database, request, lock, (opened) => ({
    view: opened,
    aggregateFields: reduce(opened.query(query)),
  }));
  send({ result: { aggregateFields }, readTime: timestampFromMicros(view.readMicros), ...begunBy(view) });
};
