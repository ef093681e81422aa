// One document as setup looks at it: its fields, or null where it is not there.
import type { DocumentPort } from "#ports/documents.ts";

export async function read(
  documents: DocumentPort,
  path: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  const [snapshot] = await documents.getAll([path]);
  return snapshot?.data ?? null;
}
