// The error of a rules file that cannot be loaded: it always names file, line and column, so that a rule is
// either understood completely or refused before the server opens its port.

/** Place in the source; both count from 1, columns in UTF-16 units as editors do. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** A rules file that uses something the evaluator does not know, or that is malformed. */
export class RulesSyntaxError extends Error {
  readonly position: SourcePosition;
  constructor(fileName: string, position: SourcePosition, fault: string) {
    super(`${fileName}:${position.line}:${position.column}: ${fault}`);
    this.name = "RulesSyntaxError";
    this.position = position;
  }
}
