// Makes a strategy of its declaration: the one door through which every strategy of the repository goes. Binding its
// parameters is the only way to run it, so none runs with parameters that its schema refuses.
import type { z } from "zod";
import { ParameterFault } from "./faults.ts";
import type {
  IndicatorSet,
  Moment,
  ParametersSchema,
  PreparedStrategy,
  Strategy,
  SymbolAction,
  SymbolStrategy,
  UniverseStrategy,
} from "./interface.ts";

/** One request brings as many: Bybit answers at most 1,000 candles, Binance 1,500. */
export const MAX_WARM_UP_CANDLES = 1_000;

/** A strategy that decides each symbol by itself. */
export function defineStrategy<Schema extends ParametersSchema, Indicators extends IndicatorSet>(
  declared: SymbolStrategy<Schema, Indicators>,
): Strategy {
  const { decide, ...rest } = declared;
  return bound("symbol", {
    ...rest,
    decideAll: (moments) =>
      moments.flatMap((moment) => decide(moment).map((action) => ({ symbol: moment.symbol, action }))),
  });
}

/** A strategy that decides all of its symbols together. */
export function defineUniverseStrategy<Schema extends ParametersSchema, Indicators extends IndicatorSet>(
  declared: UniverseStrategy<Schema, Indicators>,
): Strategy {
  return bound("universe", declared);
}

function bound<Schema extends ParametersSchema, Indicators extends IndicatorSet>(
  scope: Strategy["scope"],
  declared: UniverseStrategy<Schema, Indicators>,
): Strategy {
  const { warmUpCandles, indicators, decideAll, ...said } = declared;
  const strategy: Strategy = {
    ...said,
    scope,
    prepare: (given): PreparedStrategy => {
      const parameters = readParameters(declared.id, declared.parameters, given);
      return {
        strategy,
        parameters,
        warmUpCandles: inRange(declared.id, warmUpCandles(parameters)),
        newIndicators: () => indicators(parameters),
        // The runtime gives back what `newIndicators` and the schema made here; the types are lost on the way only.
        decideAll: (moments): readonly SymbolAction[] =>
          decideAll(moments as unknown as readonly Moment<z.infer<Schema>, Indicators>[]),
      };
    },
  };
  return strategy;
}

function readParameters<Schema extends ParametersSchema>(
  id: string,
  schema: Schema,
  given: unknown,
): z.infer<Schema> {
  const read = schema.strict().safeParse(given);
  if (read.success) return Object.freeze(read.data) as z.infer<Schema>;
  const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new ParameterFault(`Parameters of ${id}: ${faults.join("; ")}`, { cause: read.error });
}

function inRange(id: string, candles: number): number {
  if (Number.isInteger(candles) && candles >= 1 && candles <= MAX_WARM_UP_CANDLES) return candles;
  throw new ParameterFault(
    `${id} asks for ${candles} candles to warm up: a whole number from 1 to ${MAX_WARM_UP_CANDLES} is allowed`,
  );
}
