// The ground of an account's entries is not to be trusted from a commit on: a write for that commit which moves the control
// document, so that no decision on books in memory from before can land. Must not read what the document says: its holder
// may have changed it since.
import { paths } from "#domain/documents/paths.ts";
import type { DocumentSnapshot, DocumentWrite } from "#ports/documents.ts";
import type { LoadDeps } from "./books.ts";

/** None where there is no control document, or an unreadable one. Throws DocumentError. */
export async function groundLostWrites(
  { documents }: Pick<LoadDeps, "documents">,
  accountId: string,
): Promise<readonly DocumentWrite[]> {
  const [control] = await documents.getAll([paths.control(accountId)]);
  if (control === undefined) throw new Error("The store answered without the control document");
  if (control.data === null || control.fault !== undefined) return [];
  return [control.isLed === true ? inPresentShape(control) : raised(control.path)];
}

function raised(path: string): DocumentWrite {
  return { op: "update", path, changes: { groundLostCount: { incrementBy: 1 } } };
}

/** An earlier release's document knows no such count, and its instances would not read one with it: written whole. */
function inPresentShape({ path, data, version }: DocumentSnapshot): DocumentWrite {
  const groundLostCount = Number(data?.groundLostCount ?? 0) + 1;
  return { op: "set", path, data: { ...data, groundLostCount }, version: version ?? "" };
}
