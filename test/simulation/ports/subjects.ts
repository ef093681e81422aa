// Names of call sites: what a call is about, without ids, so that the same line of the program has the same name in
// every run.
import type { DocumentQuery, DocumentWrite } from "#ports/documents.ts";

/** `accounts/a1/orders/b2` → `orders`, `accounts/a1/control/nav` → `control/nav`, `quarantine/q` → `quarantine`. */
function kindOfPath(path: string): string {
  const parts = path.split("/");
  if (parts[0] !== "accounts") return parts[0] ?? path;
  const collection = parts[2];
  if (collection === undefined) return "account";
  return collection === "control" || collection === "config" ? `${collection}/${parts[3] ?? ""}` : collection;
}

/** A batch by its journal entry where it has one, else by what it writes first. */
export function subjectOfCommit(writes: readonly DocumentWrite[]): string {
  for (const write of writes) {
    if (write.op !== "create" && write.op !== "set") continue;
    if (kindOfPath(write.path) === "journal") return String(write.data.kind);
  }
  const first = writes[0];
  return first === undefined ? "nothing" : `${first.op} ${kindOfPath(first.path)}`;
}

export function subjectOfGet(paths: readonly string[]): string {
  const first = paths[0];
  return first === undefined ? "nothing" : `${kindOfPath(first)}${paths.length > 1 ? "+" : ""}`;
}

export function subjectOfQuery(query: DocumentQuery): string {
  return kindOfPath(`${query.collection}/x`);
}
