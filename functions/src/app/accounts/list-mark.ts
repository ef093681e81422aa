// The mark that every schedule reads in its minute: by it a new account is noticed, since the command that adds an account or
// changes a profile dates it anew in the same batch, and a venue's ban that another process has met. One read a minute in
// place of the whole list. A hint: without it the list is read all the same, and a ban is met by each process itself.
import { decode, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentPort, DocumentVersion } from "#ports/documents.ts";
import { type AccountsMark, accountsMarkSchema } from "#schemas/config.ts";

export type { AccountsMark };

interface ReadMark {
  /** Null where there is none yet. Of one that cannot be read nothing is known. */
  readonly mark: AccountsMark | null | "unreadable";
  readonly version: DocumentVersion | null;
}

export async function readAccountsMark(documents: DocumentPort): Promise<ReadMark> {
  const [snapshot] = await documents.getAll([paths.accountsMark]);
  if (snapshot === undefined) throw new Error("The store answered without the mark of the accounts");
  const { version } = snapshot;
  try {
    return { mark: decode(accountsMarkSchema, snapshot), version };
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    return { mark: "unreadable", version };
  }
}
