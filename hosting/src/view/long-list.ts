// On a phone a list shows its newest rows and a button for the rest, so that the page stays short. On a larger screen
// lists scroll in their own frame and the button is not shown.
import type { State } from "../model/state.ts";
import type { Controls } from "./controls.ts";
import { h, type VNode } from "./vnode.ts";

const PHONE_ROWS = 6;

/** Rows to show now. `matchMedia` is the page's; here only the choice that it led to. */
export function cut<T>(state: State, id: string, rows: readonly T[]): readonly T[] {
  return state.narrow && !state.expanded.has(id) ? rows.slice(0, PHONE_ROWS) : rows;
}

export function moreButton(state: State, controls: Controls, id: string, count: number): VNode | null {
  if (!state.narrow || count <= PHONE_ROWS) return null;
  const open = state.expanded.has(id);
  return h(
    "button",
    { type: "button", class: "more", "aria-expanded": String(open), onclick: () => controls.toggleList(id) },
    open ? `Show the newest ${PHONE_ROWS}` : `Show all ${count}`,
  );
}
