// The door of books.
export type { Books, BooksCache, ExecutionDeps } from "./books.ts";
export { type ControlChange, changeControl } from "./change-control.ts";
export { commitAsHolder } from "./commit-as-holder.ts";
export { type BooksChange, commitBooks } from "./commit-books.ts";
export { inboxIsEmpty, listInbox, putInInbox, type WaitingIntent } from "./inbox.ts";
export { bannedUntilMs, latchBan, latchBanOf, latchBanUntil, latchingBans } from "./latch-ban.ts";
export { cachedBooks, type LoadDeps, loadBooks, reloadBooks, UnknownAccountError } from "./load-books.ts";
export { withMarket } from "./missing-market.ts";
export { FOLLOW_UP_AFTER_MS, scheduleFollowUp } from "./schedule-follow-up.ts";
export { Serial } from "./serial.ts";
