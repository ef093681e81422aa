// Mutations of rule 15, only itself (docs/RULES.md): one document that cannot be read stops its whole account, as it did
// before groups were set aside, or people are not told of it.
import { UnusableDocumentError } from "#functions/app/documents/codec.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { withCommits, withControl } from "./rewrites.ts";

const OPEN = /\/(groups|orders)\//;

function refuseUnreadable(snapshots: readonly DocumentSnapshot[]): readonly DocumentSnapshot[] {
  const broken = snapshots.find(({ path, data }) => OPEN.test(path) && data?.broken === true);
  if (broken !== undefined) throw new UnusableDocumentError(broken.path, "one stops all");
  return snapshots;
}

export const ISOLATION_MUTATIONS: readonly Mutation[] = [
  {
    name: "unreadableStopsAll",
    says: "A group or an order that cannot be read keeps its whole account from being served.",
    hooks: () => ({
      documents: (port) => ({
        getAll: async (paths) => refuseUnreadable(await port.getAll(paths)),
        query: (query) => port.query(query),
        commit: (writes) => port.commit(writes),
      }),
    }),
  },
  {
    name: "unreadableIsUntold",
    says: "A document that cannot be read is set aside without an alert.",
    hooks: () => ({
      documents: (port) =>
        withCommits(port, (writes) => {
          const isTold = writes.some(
            (write) => write.op === "create" && write.data.code === "DOCUMENT_SET_ASIDE",
          );
          return isTold ? [] : writes;
        }),
    }),
  },
  {
    name: "endedBaselineUngraded",
    says: "A fall of everything takes no grade, so that it is forgotten with its baseline.",
    hooks: () => ({
      documents: (port, { process }) =>
        withControl(port, (control) =>
          process.kind === "nav" && control.drawdownGrade !== "NONE"
            ? { ...control, drawdownGrade: "NONE", drawdownBaselineId: null }
            : control,
        ),
    }),
  },
];
