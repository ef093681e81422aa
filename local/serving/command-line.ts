// The command line of every local server: options with a value or without, each also readable from an environment
// variable where it names one. All faults are reported at once, each with its cause and what would be right.
import { parseArgs } from "node:util";

export class CommandLineError extends Error {
  override readonly name = "CommandLineError";
}

export interface Option<T> {
  readonly help: string;
  /** The value's name in the help, `N` or `DIR`; absent for a switch. */
  readonly placeholder?: string;
  /** Read where the option is not given. */
  readonly variable?: string | undefined;
  /** The value where nothing was given. */
  readonly standard: T;
  /** Throws RangeError saying what would be right. */
  readonly read: (text: string) => T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type Values<O extends Options> = { readonly [K in keyof O]: O[K]["standard"] };

interface Origin<Standard> {
  readonly help: string;
  readonly variable?: string;
  readonly standard: Standard;
}

export function flag(help: string): Option<boolean> {
  return { help, standard: false, read: () => true };
}

export function text<S extends string | undefined>(
  placeholder: string,
  { help, variable, standard }: Origin<S>,
): Option<string | S> {
  return { help, placeholder, variable, standard, read: (given) => given };
}

/** A whole number from `low` to `high`, both included. */
export function wholeNumber<S extends number | undefined>(
  [low, high]: readonly [low: number, high: number],
  { help, variable, standard }: Origin<S>,
): Option<number | S> {
  const read = (given: string): number => {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= low && value <= high) return value;
    throw new RangeError(`is not a whole number from ${low} to ${high}`);
  };
  return { help, placeholder: "N", variable, standard, read };
}

export function choice<T extends string>(of: readonly T[], help: string, standard: T): Option<T> {
  const read = (given: string): T => {
    const chosen = of.find((each) => each === given);
    if (chosen === undefined) throw new RangeError(`is not one of ${of.join(", ")}`);
    return chosen;
  };
  return { help, placeholder: of.join("|"), standard, read };
}

interface Given {
  readonly values: ReadonlyMap<string, string>;
  readonly faults: readonly string[];
}

/** What the arguments say, by option; a switch that is set holds "". */
function readArguments(options: Options, args: readonly string[]): Given {
  const known = Object.entries(options).map(
    ([name, { placeholder }]) => [name, { type: placeholder === undefined ? "boolean" : "string" }] as const,
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(known),
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string>();
  const faults: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") faults.push(`${token.value} belongs to no option`);
    if (token.kind !== "option") continue;
    const fault = faultOf(options[token.name], token);
    if (fault === undefined) values.set(token.name, token.value ?? "");
    else faults.push(fault);
  }
  return { values, faults };
}

function faultOf(
  option: Option<unknown> | undefined,
  token: {
    readonly rawName: string;
    readonly value: string | undefined;
    readonly inlineValue: boolean | undefined;
  },
): string | undefined {
  const { rawName, value, inlineValue } = token;
  if (option === undefined) return `${rawName} is no option of this server`;
  if (option.placeholder === undefined)
    return value === undefined ? undefined : `${rawName} is a switch and takes no value`;
  // `--port --data x` would take the next option for the port.
  const isMissing = value === undefined || value === "" || (inlineValue !== true && /^-./.test(value));
  return isMissing ? `${rawName} needs a value: ${rawName} ${option.placeholder}` : undefined;
}

/**
 * The value of every option: as given, or from its variable, or the standard. Throws one CommandLineError that lists
 * every fault.
 */
export function readCommandLine<O extends Options>(
  options: O,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Values<O> {
  const { values, faults: unknown } = readArguments(options, args);
  const faults = [...unknown];
  const read = Object.entries(options).map(([name, option]) => {
    const stored = option.variable === undefined ? undefined : env[option.variable];
    const given = values.get(name) ?? stored;
    if (given === undefined) return [name, option.standard];
    try {
      return [name, option.read(given)];
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      const source = values.has(name) ? `--${name} ${given}` : `${option.variable}=${given}`;
      faults.push(`${source} ${cause.message}`);
      return [name, option.standard];
    }
  });
  if (faults.length > 0) throw new CommandLineError(faults.join("; "));
  return Object.fromEntries(read) as Values<O>;
}

/** The options as lines, one each, with where their values come from. */
export function optionLines(options: Options): readonly string[] {
  const names = Object.entries(options).map(([name, { placeholder }]) =>
    placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`,
  );
  const width = Math.max(...names.map(({ length }) => length));
  return Object.values(options).map(({ help, variable, standard }, index) => {
    const isSaid = typeof standard === "number" || typeof standard === "string";
    const origin = [
      ...(variable === undefined ? [] : [`also ${variable}`]),
      ...(isSaid ? [`standard ${standard}`] : []),
    ];
    const end = origin.length === 0 ? "" : ` (${origin.join(", ")})`;
    return `  ${(names[index] ?? "").padEnd(width)}  ${help}${end}`;
  });
}
