// Holds the state and draws the page from it: once for all changes of one turn, and every second because ages grow.
import { type EquityPoint, equityPoints } from "./model/equity.ts";
import type { State } from "./model/state.ts";
import { knownValue } from "./model/watched.ts";

const TICK_MS = 1_000;

export class Store {
  readonly state: State;
  readonly #draw: (state: State, points: readonly EquityPoint[]) => void;
  #scheduled = false;
  #points: readonly EquityPoint[] = [];
  #drawnFrom: readonly unknown[] = [];

  constructor(state: State, draw: (state: State, points: readonly EquityPoint[]) => void) {
    this.state = state;
    this.#draw = draw;
    setInterval(() => this.change({}), TICK_MS);
  }

  change(part: Partial<State>): void {
    Object.assign(this.state, part);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Not an animation frame: those stop in a background tab, whose title must stay true.
    setTimeout(() => this.flush());
  }

  /** Draws what has changed at once: what was typed must stand before the next key, which may be Enter. */
  flush(): void {
    if (!this.#scheduled) return;
    this.#scheduled = false;
    this.state.nowMs = Date.now();
    this.#draw(this.state, this.#equity());
  }

  /** The curve's points, made anew only when what they come from has changed. */
  #equity(): readonly EquityPoint[] {
    const { data, range, nowMs } = this.state;
    const from = [data.series, data.nav, range];
    if (from.every((part, index) => part === this.#drawnFrom[index])) return this.#points;
    this.#drawnFrom = from;
    const days = Object.values(data.series)
      .map(knownValue)
      .filter((day) => day !== null);
    this.#points = equityPoints(days, knownValue(data.nav)?.recent ?? [], range, nowMs);
    return this.#points;
  }
}
