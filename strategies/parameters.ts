// The parameters of a strategy as zod schemas that know their default, range, unit and meaning. A parameter without one of
// them cannot be declared, so a page or a search can show and vary each.
import { z } from "zod";

export interface ParameterSays {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** `candles`, `bps`, `× ATR` … */
  readonly unit: string;
  readonly meaning: string;
}

/** A whole number. */
export function whole(says: ParameterSays): z.ZodDefault<z.ZodNumber> {
  return described(z.int().min(says.min).max(says.max), says);
}

/** A number that may have decimals. */
export function decimal(says: ParameterSays): z.ZodDefault<z.ZodNumber> {
  return described(z.number().min(says.min).max(says.max), says);
}

function described(schema: z.ZodNumber, says: ParameterSays): z.ZodDefault<z.ZodNumber> {
  const { unit, meaning, min, max } = says;
  return schema.default(says.default).meta({ unit, description: meaning, min, max });
}

/** Default, range, unit and meaning of a declared parameter. Throws TypeError for one that was made another way. */
export function saysOf(name: string, parameter: z.ZodDefault<z.ZodNumber>): ParameterSays {
  const { unit, description, min, max } = parameter.meta() ?? {};
  if (typeof unit !== "string" || typeof description !== "string")
    throw new TypeError(
      `The parameter ${name} has neither unit nor meaning: make it with whole() or decimal()`,
    );
  return {
    default: parameter.parse(undefined),
    min: Number(min),
    max: Number(max),
    unit,
    meaning: description,
  };
}
