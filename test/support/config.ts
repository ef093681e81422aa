// The config that most tests begin with: the local stack's, with every optional limit switched off. It names no field
// but those that tests want otherwise: a field added to the config comes here from the seed by itself.
import type {
  AccountConfig,
  DrawdownConfig,
  ProtectionsConfig,
  StrategyConfig,
} from "#domain/documents/config.ts";
import { seedConfig } from "#local/stack/seed-config.ts";
import { accountConfigSchema } from "#schemas/config.ts";

/** The section with null wherever the schema takes null: there null is how an operator says "no such limit". */
function switchedOff(section: object, accepts: (section: object) => boolean): object {
  return Object.fromEntries(
    Object.entries(section).map(([field, value]: [string, unknown]) => {
      const fits = (candidate: unknown) => accepts({ ...section, [field]: candidate });
      if (fits(null)) return [field, null];
      const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
      return [field, isSection ? switchedOff(value, fits) : value];
    }),
  );
}

const STRATEGY = "trend";
const seeded: AccountConfig = { ...seedConfig("test", STRATEGY, 1_767_000_000_000), tiers: {}, buckets: {} };
const off = accountConfigSchema.parse(
  switchedOff(seeded, (config) => accountConfigSchema.safeParse(config).success),
);

export const PLAIN_CONFIG: AccountConfig = {
  ...off,
  drawdown: { ...off.drawdown, hysteresisBps: 0 },
  watchdog: { ...off.watchdog, maxExecutorAgeMs: 60_000 },
  unknownPositionLatchesReducing: false,
};
export const NO_DRAWDOWN_GRADES: DrawdownConfig = PLAIN_CONFIG.drawdown;
export const NO_PROTECTIONS: ProtectionsConfig = PLAIN_CONFIG.protections;

/** A strategy of its own name, taking, without a limit of its own. */
export function plainStrategy(strategyId: string, overrides: Partial<StrategyConfig> = {}): StrategyConfig {
  const seededStrategy = off.strategies[STRATEGY];
  if (seededStrategy === undefined) throw new Error(`The seed has no strategy ${STRATEGY}`);
  return { ...seededStrategy, strategyId, ...overrides };
}
