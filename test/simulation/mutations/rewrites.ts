// Ways to put something between a use case and the document port: other writes than it asked for, other answers than
// the store gave.
import type { ControlState } from "#domain/documents/control.ts";
import type { DocumentData, DocumentPort, DocumentSnapshot, DocumentWrite } from "#ports/documents.ts";

import type { Mutation } from "./mutation.ts";

const CONTROL = /\/control\/state$/;

export function withCommits(
  port: DocumentPort,
  rewrite: (writes: readonly DocumentWrite[]) => readonly DocumentWrite[],
): DocumentPort {
  return {
    getAll: (paths) => port.getAll(paths),
    query: (query) => port.query(query),
    async commit(writes) {
      const rewritten = rewrite(writes);
      const versions = await port.commit(rewritten);
      const byPath = new Map(rewritten.map(({ path }, index) => [path, versions[index] ?? null]));
      return writes.map(({ path }) => byPath.get(path) ?? null);
    },
  };
}

/** Drops some writes of a commit, and reports success all the same. */
export function dropping(port: DocumentPort, isDropped: (write: DocumentWrite) => boolean): DocumentPort {
  return withCommits(port, (writes) => writes.filter((write) => !isDropped(write)));
}

export function withAnswers(
  port: DocumentPort,
  rewrite: (snapshot: DocumentSnapshot) => DocumentSnapshot,
): DocumentPort {
  return {
    getAll: async (paths) => (await port.getAll(paths)).map(rewrite),
    query: (query) => port.query(query),
    commit: (writes) => port.commit(writes),
  };
}

/** The data of matching documents changed on their way into the store. */
export function withData(
  port: DocumentPort,
  matches: (path: string) => boolean,
  rewrite: (data: DocumentData) => object,
): DocumentPort {
  return withCommits(port, (writes) =>
    writes.map((write) =>
      (write.op === "set" || write.op === "create") && matches(write.path)
        ? { ...write, data: rewrite(write.data) as DocumentData }
        : write,
    ),
  );
}

/** The control document of a commit changed, and its image in the journal with it. */
export function withControl(
  port: DocumentPort,
  rewrite: (control: ControlState, writes: readonly DocumentWrite[]) => ControlState,
): DocumentPort {
  return withCommits(port, (writes) => {
    const found = writes.find(({ op, path }) => op === "set" && CONTROL.test(path));
    if (found === undefined || found.op !== "set") return writes;
    const control = rewrite(found.data as unknown as ControlState, writes) as unknown as DocumentData;
    return writes.map((write) => {
      if (write === found) return { ...found, data: control };
      if (write.op !== "create" || !write.path.includes("/journal/")) return write;
      const images = { ...(write.data.images as DocumentData), [found.path]: control };
      return { ...write, data: { ...write.data, images } };
    });
  });
}

export function isControl(path: string): boolean {
  return CONTROL.test(path);
}

/**
 * The first read of every control document by a new instance gets these fields in place of the stored ones.
 */
export function forgettingAtStart(instead: Partial<ControlState>): Mutation["hooks"] {
  return () => ({
    documents: (port) => {
      const seen = new Set<string>();
      return withAnswers(port, (snapshot) => {
        const { path, data } = snapshot;
        if (!isControl(path) || data === null || seen.has(path)) return snapshot;
        seen.add(path);
        return { ...snapshot, data: { ...data, ...instead } as DocumentData };
      });
    },
  });
}
