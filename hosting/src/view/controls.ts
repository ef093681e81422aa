// What the reader can do on this page. None of it changes anything but the page.
import type { Range } from "../model/state.ts";

export interface Controls {
  readonly signIn: (email: string, password: string) => void;
  readonly signOut: () => void;
  readonly checkAgain: () => void;
  readonly selectAccount: (accountId: string) => void;
  readonly selectRange: (range: Range) => void;
  readonly toggleList: (id: string) => void;
}
