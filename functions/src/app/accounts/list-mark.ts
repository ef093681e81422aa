// The mark by which a schedule notices a new account within its minute: the command that adds an account or changes a
// profile dates it anew in the same batch. One read a minute in place of the whole list. A hint: without it the list is read
// all the same.
import { decode, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentPort } from "#ports/documents.ts";
import { accountsMarkSchema } from "#schemas/config.ts";

/** Null where there is none yet. Of one that cannot be read nothing is known. */
export async function listChangedAtMs(documents: DocumentPort): Promise<number | null | "unreadable"> {
  const [snapshot] = await documents.getAll([paths.accountsMark]);
  if (snapshot === undefined) throw new Error("The store answered without the mark of the accounts");
  try {
    return decode(accountsMarkSchema, snapshot)?.changedAtMs ?? null;
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    return "unreadable";
  }
}
