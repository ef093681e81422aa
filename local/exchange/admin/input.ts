// Reads the admin API's input: JSON fields, checked, with errors that name the field and the remedy.
import { parseE8 } from "../engine/decimal.ts";

/** Input that is not usable; answered with 400. */
export class AdminInputError extends Error {
  override readonly name = "AdminInputError";
}

export class AdminInput {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(input: unknown) {
    if (input !== undefined && input !== null && (typeof input !== "object" || Array.isArray(input))) {
      throw new AdminInputError("The body must be a JSON object");
    }
    this.#fields = (input ?? {}) as Record<string, unknown>;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value === "string" && value !== "") return value;
    throw new AdminInputError(`${name} must be text`);
  }

  number(name: string): number {
    const value = this.#fields[name];
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw new AdminInputError(`${name} must be a number`);
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value === "boolean") return value;
    throw new AdminInputError(`${name} must be true or false`);
  }

  /** A positive amount as decimal text or number, in 1e-8 units. */
  amountE8(name: string): bigint {
    const value = this.#fields[name];
    const amount =
      typeof value === "string" || typeof value === "number" ? parseE8(String(value)) : undefined;
    if (amount !== undefined && amount > 0n) return amount;
    throw new AdminInputError(`${name} must be a positive decimal with at most 8 places`);
  }
}
