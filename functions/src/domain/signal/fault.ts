// Why a signal cannot become an intent: data for the sender, the receipt and the quarantine. Says always what to do.

export type SignalFaultCode =
  | "BODY_UNREADABLE"
  | "TOO_MANY_FIELDS"
  | "FIELD_INVALID"
  | "PLACEHOLDER_UNFILLED"
  | "TIMESTAMP_MISSING"
  | "SYMBOL_MISSING"
  | "SYMBOL_UNREADABLE"
  | "ACTION_MISSING"
  | "AMBIGUOUS_SIGNAL"
  | "SIZE_UNIT_MISSING"
  | "REDUCE_SHARE_MISSING"
  | "EXIT_UNIT_MISSING"
  | "EXIT_PLAN_INVALID"
  | "ENTRY_PLAN_INVALID";

export class SignalFault extends Error {
  readonly code: SignalFaultCode;
  /** Every fault found, each naming its field. */
  readonly faults: readonly string[];
  readonly remedy: string;
  constructor(code: SignalFaultCode, faults: readonly string[], remedy: string, options?: ErrorOptions) {
    super(faults.join("; "), options);
    this.name = "SignalFault";
    this.code = code;
    this.faults = faults;
    this.remedy = remedy;
  }
}
