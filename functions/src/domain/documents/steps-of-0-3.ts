// Additions of release 0.3.0 to stored documents: one step for each kind whose shape it changes. A shape that stands inside
// others is led on by one function, named by each kind that holds it.
// Pure; a step loses no field that it does not name, and leaves a field alone that is there already.
import type { DocumentKind } from "./kinds.ts";

type Fields = { readonly [field: string]: unknown };
type Lead = (shape: Fields) => Fields;

/** First release that reads and writes the shapes that these steps lead to. */
export const RELEASE_0_3 = "0.3.0";

/** An account's config, wherever it stands. Settings at the venue are compared with what an operator has said, and nobody has. */
const config: Lead = (shape) => ({ venueAccount: UNSAID, ...shape });

const UNSAID: Fields = {
  marginType: null,
  leverage: null,
  leverageBySymbol: {},
  multiAssets: null,
  feesInCoin: null,
  keyWithdraws: null,
  keyAddressBound: null,
  // Read hourly: two readings may be missed.
  maxSettingsAgeMs: 10_800_000,
  maxMarginRatioBps: null,
  // One percent: mark and last price may part by this much.
  minLiquidationDistanceBps: 100,
};

const nav: Lead = (shape) => ({ margin: null, ...shape });

/** A shape that only knows more words than before: nothing has to be added, but an older release must not read it. */
const sameFields: Lead = (shape) => shape;

/** A member of a shape led on, where it is there. */
function inside(field: string, lead: Lead): Lead {
  return (shape) => {
    const member = shape[field];
    return typeof member === "object" && member !== null
      ? { ...shape, [field]: lead(member as Fields) }
      : shape;
  };
}

export const STEPS_OF_0_3: Readonly<Partial<Record<DocumentKind, Lead>>> = {
  config,
  command: inside("request", inside("config", config)),
  control: sameFields,
  // Denial codes.
  intent: sameFields,
  nav,
  receipt: sameFields,
  venueSettings: sameFields,
};
