// What ends a holder's work when its lease ran out and another one took it: it must stop writing.

/** The lease ran out and another holder has it: this one must stop writing; the other resolves what is open. */
export class LeaseLostError extends Error {
  constructor(accountId: string) {
    super(`The lease of ${accountId} was taken by another holder; it will resolve what is open`);
    this.name = "LeaseLostError";
  }
}
