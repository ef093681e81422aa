// The reader's actions on this page. Only sending a command and acknowledging an alert reach beyond it,
// through the function that takes commands.
import type { DraftFields, DraftKind } from "../model/draft.ts";
import type { Range } from "../model/state.ts";

export interface Controls {
  readonly signIn: (email: string, password: string) => void;
  readonly signOut: () => void;
  readonly checkAgain: () => void;
  readonly selectAccount: (accountId: string) => void;
  readonly selectRange: (range: Range) => void;
  readonly toggleList: (id: string) => void;
  /** The next page of trades that have ended. */
  readonly moreEnded: () => void;
  /** The next page of the group's journal, or its first. */
  readonly moreJournal: (groupId: string) => void;
  readonly closeJournal: (groupId: string) => void;
  readonly skipToMain: () => void;
  readonly openCommand: (kind: DraftKind, fields?: Partial<DraftFields>) => void;
  readonly editCommand: (fields: Partial<DraftFields>) => void;
  /** The password where the form asked for it, else null. */
  readonly sendCommand: (password: string | null) => void;
  readonly closeCommand: () => void;
  readonly acknowledge: (alertId: string) => void;
}
