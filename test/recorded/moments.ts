// The moments that are recorded, found by trying many seeds (search.ts), and what they must hold between them.
export interface Moment {
  readonly recording: string;
  readonly says: string;
  readonly seed: number;
  /** Since the start of the run. */
  readonly afterMs: number;
  /** See by-hand.ts. */
  readonly lastOrderAtMs: number | null;
}

export const MOMENTS: readonly Moment[] = [
  {
    recording: "open-positions",
    says: "Groups open in two accounts, orders in every doubt, a burst of signals in an inbox and on the bus, a session with both limits, a command stored and one not confirmed",
    seed: 1_478,
    afterMs: 282_960,
    lastOrderAtMs: 282_900,
  },
  {
    recording: "flatten-under-way",
    says: "One account is being closed because its session ended, with steps done and steps to do; another is reduced by the watchdog under a venue's ban",
    seed: 332,
    afterMs: 256_690,
    lastOrderAtMs: 256_620,
  },
  {
    recording: "sends-failing",
    says: "Sends failed until entries were locked; a stop is being replaced, its predecessor still to be withdrawn; an order is filled in part",
    seed: 252,
    afterMs: 280_100,
    lastOrderAtMs: null,
  },
  {
    recording: "losses",
    says: "A day's loss and drawdown grades are latched, a stop was hit, groups were closed by the watchdog, a second config is in force",
    seed: 452,
    afterMs: 252_110,
    lastOrderAtMs: 252_050,
  },
];

/** Words of holds.ts, each of which must be true of a recording at least. */
export const WANTED: readonly string[] = [
  "several groups open",
  "working limit order",
  "order SUBMITTING",
  "order SUBMIT_UNKNOWN",
  "order denied once",
  "order PARTIALLY_FILLED",
  "lock CooldownPeriod",
  "lock ErrorBurst",
  "veto",
  "errors counted",
  "venue ban",
  "lease of a dead holder",
  "grade WARN",
  "grade REDUCE",
  "daily loss",
  "session with horizon and stop-loss",
  "flatten with steps",
  "intent INBOX",
  "inbox not empty",
  "command STORED",
  "command not taken",
  "command UNCONFIRMED",
  "command DONE",
  "command REFUSED",
  "outbox PENDING",
  "outbox SENT",
  "outbox FAILED",
  "outbox tried in vain",
  "stop SENDING",
  "stop RESTING",
  "stop GONE",
  "stop to cancel",
  "alert acknowledged",
  "receipt RECEIVED",
  "receipt REFUSED",
  "receipt DENIED",
  "receipt ORDERED",
  "receipt EXPIRED",
  "series of several samples",
  "series adjusted",
  "nav with samples not packed",
  "nav with positions",
  "dead letter of intents",
  "config changed",
];
