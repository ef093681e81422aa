// The door of books. Entry points: load an account's books, commit them under their version, change the control
// document beside the holder, use the inbox, latch a ban or a refusal of the account, plan a follow-up, run one at a time. Keeps rules 4 (brakes
// outlive processes), 5 (fresh ground: reading fails closed), 6 (old fences never land) and 10 (the journal is the
// books), docs/RULES.md.
export type { Books, BooksCache, ExecutionDeps, LoadDeps } from "./books.ts";
export { type BooksChange, booksAfter, isShownWhole, stepAfter } from "./books-change.ts";
export { type ControlChange, changeControl } from "./change-control.ts";
export { commitAsHolder } from "./commit-as-holder.ts";
export { commitBooks, commitChanges } from "./commit-books.ts";
export { groundLostWrites } from "./ground-lost.ts";
export { inboxIsEmpty, listInbox, putInInbox, type WaitingIntent } from "./inbox.ts";
export { lastCommitted } from "./last-committed.ts";
export {
  alertOfBan,
  bannedUntilMs,
  latchBan,
  latchBanOf,
  latchBanUntil,
  latchingBans,
  withBan,
} from "./latch-ban.ts";
export {
  type AccountRefusal,
  accountRefusalOf,
  latchedByRefusal,
  latchRefusal,
  latchRefusalOf,
} from "./latch-refusal.ts";
export { cachedBooks, loadBooks, reloadBooks, UnknownAccountError } from "./load-books.ts";
export { type Letter, Mailbox } from "./mailbox.ts";
export { withMarket } from "./missing-market.ts";
export { readOpen } from "./read-open.ts";
export { FOLLOW_UP_AFTER_MS, followAccounts, scheduleFollowUp } from "./schedule-follow-up.ts";
export { Serial } from "./serial.ts";
export { stayOf } from "./tell-queue.ts";
