// Mutations of the proof that a sender brings: a hook that opens to a token which it does not hold.
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import type { DocumentPort, DocumentSnapshot } from "#ports/documents.ts";
import { FORGED_SECRET } from "../workload/forgers.ts";
import type { Mutation } from "./mutation.ts";

/** A hook as it would be read if its token's hash were not compared. */
function opened(snapshot: DocumentSnapshot): DocumentSnapshot {
  if (snapshot.data === null || snapshot.data.mode !== "tradingview") return snapshot;
  return { ...snapshot, data: { ...snapshot.data, tokenSha256: tokenSha256(FORGED_SECRET) } };
}

function withOpenHooks(port: DocumentPort): DocumentPort {
  return {
    ...port,
    getAll: async (paths) => (await port.getAll(paths)).map(opened),
    query: async (query) => (await port.query(query)).map(opened),
  };
}

export const PROOF_MUTATIONS: readonly Mutation[] = [
  {
    name: "takeAnyToken",
    says: "A hook opens to a token that a stranger made up.",
    hooks: () => ({ documents: withOpenHooks }),
  },
];
