// Mutations of what an instance of the older release does with documents of the later one.
import type { DocumentPort, DocumentSnapshot } from "#ports/documents.ts";
import { presentOf } from "../releases/next-release.ts";
import type { Mutation } from "./mutation.ts";

function answering(
  port: DocumentPort,
  rewrite: (snapshot: DocumentSnapshot) => DocumentSnapshot,
): DocumentPort {
  return {
    getAll: async (paths) => (await port.getAll(paths)).map(rewrite),
    query: async (query) => (await port.query(query)).map(rewrite),
    commit: (writes) => port.commit(writes),
  };
}

export const RELEASE_MUTATIONS: readonly Mutation[] = [
  {
    name: "dropsNewFields",
    says: "An instance of the older release reads what it knows of a later document, and stores that alone.",
    hooks: () => ({ documents: (port, { isNext }) => (isNext ? port : answering(port, presentOf)) }),
  },
  {
    name: "readsNewerAsBroken",
    says: "An instance of the older release takes a later document for an unreadable one.",
    hooks: () => ({
      documents: (port, { isNext }) =>
        isNext
          ? port
          : answering(port, (snapshot) => {
              const { data } = snapshot;
              if (data?.next === undefined) return snapshot;
              const { schema: _hidden, ...rest } = data;
              return { ...snapshot, data: rest };
            }),
    }),
  },
  {
    name: "stepLosesField",
    says: "The later release's step from the older control document forgets the reservations.",
    hooks: () => ({
      documents: (port, { isNext }) =>
        isNext
          ? answering(port, (snapshot) => {
              const { path, data } = snapshot;
              const isOlder = path.endsWith("/control/state") && data !== null && data.next === undefined;
              return isOlder ? { ...snapshot, data: { ...data, reservations: {} } } : snapshot;
            })
          : port,
    }),
  },
];
