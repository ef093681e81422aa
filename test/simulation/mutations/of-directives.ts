// Mutations of commands on positions: a share that takes all, a command that stays listed once it was carried out, and one
// that is taken off the list without effect or end.
import type { Group } from "#domain/documents/group.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { withCommits, withControl } from "./rewrites.ts";

const isGroup = (path: string): boolean => /\/groups\/[^/]+$/.test(path);

function closingAll(data: DocumentData): DocumentData {
  const { closing } = data as unknown as Group;
  if (closing?.exitReason !== "operator") return data;
  return { ...data, closing: { ...(data.closing as DocumentData), targetBase: "0" } };
}

/** The group and its image in the journal alike. */
function withoutShares(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
  return writes.map((write) => {
    if (write.op === "set" && isGroup(write.path)) return { ...write, data: closingAll(write.data) };
    if (write.op !== "create" || !write.path.includes("/journal/")) return write;
    const images = Object.entries(write.data.images as DocumentData).map(
      ([path, image]) => [path, isGroup(path) ? closingAll(image as DocumentData) : image] as const,
    );
    return { ...write, data: { ...write.data, images: Object.fromEntries(images) } };
  });
}

export const DIRECTIVE_MUTATIONS: readonly Mutation[] = [
  {
    name: "shareClosesAll",
    says: "A commanded close of a share goes on until nothing is held.",
    hooks: () => ({
      documents: (port) => withCommits(port, withoutShares),
    }),
  },
  {
    name: "directiveStaysListed",
    says: "A command on a position that was carried out is carried out again by the next turn.",
    hooks: () => {
      const listed = new Map<string, readonly string[]>();
      return {
        documents: (port) =>
          withControl(port, (control) => {
            const before = listed.get(control.accountId) ?? [];
            const directives = [...new Set([...before, ...control.directives])];
            listed.set(control.accountId, directives);
            return { ...control, directives };
          }),
      };
    },
  },
  {
    name: "adoptedAtAnyPrice",
    says: "An adopted position is booked at another price than the venue's.",
    hooks: () => ({
      venue: (venue, { process }) => ({
        ...venue,
        async fetchAccount() {
          const account = await venue.fetchAccount();
          // NAV and reconcile ask for themselves: only the turn that carries commands out is told another cost.
          if (process.kind !== "followUp") return account;
          const positions = account.positions.map((position) => ({
            ...position,
            entryCostUsd: String(Number(position.entryCostUsd) * 1.01),
          }));
          return { ...account, positions };
        },
      }),
    }),
  },
  {
    name: "directiveForgotten",
    says: "A command on a position is taken from the sequence and listed nowhere.",
    hooks: () => ({
      documents: (port) => withControl(port, (control) => ({ ...control, directives: [] })),
    }),
  },
];
