// Slots, live orders and positions by symbol. A decision asks about each symbol that is held: each question by itself would
// walk all of them, which for a hundred positions is a hundred times a hundred. The places are remembered with the list that
// they were made from; lists are never changed in place, so a remembered place is never out of date. Pure.
import type { ControlState, Reservation, Slot } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";

export interface OpenSlot {
  readonly groupId: string;
  readonly slot: Slot;
}

type Places<T> = ReadonlyMap<string, readonly T[]>;

const slotPlaces = new WeakMap<ControlState["slots"], Places<OpenSlot>>();
const reservationPlaces = new WeakMap<ControlState["reservations"], Places<Reservation>>();
const positionPlaces = new WeakMap<Nav["positions"], Places<Nav["positions"][number]>>();

/** In the order in which they stand in the document. */
export function slotsIn({ slots }: Pick<ControlState, "slots">, symbol: string): readonly OpenSlot[] {
  const places = known(slotPlaces, slots, () => {
    const open = Object.entries(slots).map(([groupId, slot]): OpenSlot => ({ groupId, slot }));
    return placesBy(open, ({ slot }) => slot.symbol);
  });
  return places.get(symbol) ?? [];
}

/** Live orders, reductions among them. */
export function reservationsIn(
  { reservations }: Pick<ControlState, "reservations">,
  symbol: string,
): readonly Reservation[] {
  const places = known(reservationPlaces, reservations, () =>
    placesBy(Object.values(reservations), (each) => each.symbol),
  );
  return places.get(symbol) ?? [];
}

/** The NAV's position in the symbol; undefined where it has none. */
export function positionIn(
  { positions }: Pick<Nav, "positions">,
  symbol: string,
): Nav["positions"][number] | undefined {
  const places = known(positionPlaces, positions, () => placesBy(positions, (each) => each.symbol));
  return places.get(symbol)?.[0];
}

/** The members of each symbol, symbols in the order of their first. */
export function placesBy<T>(all: readonly T[], symbolOf: (each: T) => string): Places<T> {
  const places = new Map<string, T[]>();
  for (const each of all) {
    const symbol = symbolOf(each);
    const place = places.get(symbol);
    if (place === undefined) places.set(symbol, [each]);
    else place.push(each);
  }
  return places;
}

function known<K extends object, T>(
  remembered: WeakMap<K, Places<T>>,
  list: K,
  make: () => Places<T>,
): Places<T> {
  const places = remembered.get(list) ?? make();
  remembered.set(list, places);
  return places;
}
