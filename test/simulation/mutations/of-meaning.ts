// Mutations of the meaning of what arrives: exits, ids, unreadable messages and rows.

import type { DocumentWrite } from "#ports/documents.ts";
import { partly } from "#ports/venue.ts";
import type { Mutation } from "./mutation.ts";
import { dropping, withData } from "./rewrites.ts";

interface WrittenReceipt {
  readonly intent: { readonly action: string } | null;
  readonly payload: { readonly conflictsWith?: string; readonly faults?: readonly string[] };
}

const isReceipt = (path: string): boolean => path.includes("/receipts/");

function isAlertOf(code: string): (write: DocumentWrite) => boolean {
  return (write) => write.op === "create" && write.path.includes("/alerts/") && write.data.code === code;
}

export const MEANING_MUTATIONS: readonly Mutation[] = [
  {
    name: "firstOfAnIdOnly",
    says: "An alert under an id that another one has is answered, and leaves nothing.",
    hooks: () => ({
      documents: (port) =>
        dropping(port, (write) => {
          if (write.op !== "create" || !isReceipt(write.path)) return false;
          return (write.data as unknown as WrittenReceipt).payload.conflictsWith !== undefined;
        }),
    }),
  },
  {
    name: "refuseUnreadExits",
    says: "An exit with a field that cannot be read is stored as refused.",
    hooks: () => ({
      documents: (port) =>
        withData(port, isReceipt, (data) => {
          const { intent, payload } = data as unknown as WrittenReceipt;
          return intent === null || payload.faults === undefined
            ? data
            : { ...data, intent: null, status: "REFUSED", refusalCode: "FIELD_INVALID" };
        }),
    }),
  },
  {
    name: "quarantineInSilence",
    says: "A message that no retry can help is kept, and no person is told.",
    hooks: () => ({ documents: (port) => dropping(port, isAlertOf("MESSAGE_QUARANTINED")) }),
  },
  {
    name: "unreadIsNone",
    says: "A position whose row cannot be read is taken for one that is not there, in the account as in the list.",
    hooks: () => ({
      venue: (venue) => ({
        ...venue,
        fetchAccount: async () => (await partly(venue.fetchAccount())).readable,
        fetchPositions: async () => (await partly(venue.fetchPositions())).readable,
      }),
    }),
  },
];
