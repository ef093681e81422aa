// Loads the chart after the page stands, and keeps the page whole when it cannot be drawn: the numbers matter more
// than their picture.
import type { EquityPoint } from "../model/equity.ts";
import type { EquityChart } from "./equity-chart.ts";
import { ensureUsableLanguage } from "./usable-language.ts";

export class LazyChart {
  readonly #loading: Promise<{ EquityChart: new (host: HTMLElement) => EquityChart }>;
  readonly #onFault: (fault: unknown) => void;
  #host: HTMLElement | null = null;
  #chart: EquityChart | null = null;
  #points: readonly EquityPoint[] = [];

  constructor(onFault: (fault: unknown) => void) {
    this.#onFault = onFault;
    ensureUsableLanguage(navigator);
    this.#loading = import("./equity-chart.ts");
  }

  /** Draws in this element from now on; null when there is none on the page. */
  show(host: HTMLElement | null, points: readonly EquityPoint[]): void {
    this.#points = points;
    if (host !== null && host !== this.#host) this.#mount(host);
    this.#chart?.show(points);
  }

  #mount(host: HTMLElement): void {
    this.#host = host;
    this.#chart = null;
    this.#loading
      .then(({ EquityChart }) => {
        if (this.#host !== host) return;
        this.#chart = new EquityChart(host);
        this.#chart.show(this.#points);
      })
      .catch(this.#onFault);
  }
}
