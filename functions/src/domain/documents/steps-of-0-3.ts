// Additions of release 0.3.0 to stored documents: one step for each kind whose shape it changes. A shape that stands inside
// others is led on by one function, named by each kind that holds it.
// Pure; a step loses no field that it does not name, and leaves a field alone that is there already.
import type { DocumentKind } from "./kinds.ts";

type Fields = { readonly [field: string]: unknown };
type Lead = (shape: Fields) => Fields;

/** First release that reads and writes the shapes that these steps lead to. */
export const RELEASE_0_3 = "0.3.0";

/** An account's config, wherever it stands. */
const config: Lead = (shape) => shape;

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

/** A group, wherever it stands. What it took beside its orders was not kept before: none is the best that is known. */
const group: Lead = (shape) => ({
  closing: null,
  accounts: null,
  costEstimated: false,
  carriedBase: "0",
  stopVenueOrderIds: [],
  ...shape,
});

const control: Lead = (shape) => ({ closings: [], dust: {}, accountsDue: {}, ...shape });

/** Each member of a list led on. */
function each(field: string, lead: Lead): Lead {
  return (shape) => {
    const list = shape[field];
    return Array.isArray(list) ? { ...shape, [field]: list.map((member) => lead(member as Fields)) } : shape;
  };
}

export const STEPS_OF_0_3: Readonly<Partial<Record<DocumentKind, Lead>>> = {
  config,
  command: inside("request", inside("config", config)),
  control,
  group,
  // Only more words: reasons to end, codes of denials.
  order: sameFields,
  intent: sameFields,
  receipt: sameFields,
  overview: each("groups", group),
};
