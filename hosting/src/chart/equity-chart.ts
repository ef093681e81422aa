// Draws the equity curve with uPlot: labelled axes in UTC, gaps where nothing is known, a crosshair by mouse, touch
// or arrow keys whose values are the books' own decimal strings. Colours come from the page's theme.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { utcText } from "../model/age.ts";
import { formatUsd } from "../model/amount.ts";
import { changeOf, type EquityPoint } from "../model/equity.ts";

const AXIS_PX = 64;
/** Pixels that a time label needs; below it labels would touch. */
const TIME_SPACE_PX = 64;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function color(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/** Labels of the time axis: the hour, and the date where a day begins; seconds only where minutes would repeat. */
function timeLabels(splits: readonly number[]): string[] {
  const fine = (splits[1] ?? 0) - (splits[0] ?? 0) < MINUTE_MS;
  return splits.map((atMs) => {
    const iso = new Date(atMs).toISOString();
    return atMs % DAY_MS === 0 ? iso.slice(5, 10) : iso.slice(11, fine ? 19 : 16);
  });
}

/** Labels of the value axis, with the digits that tell neighbouring lines apart. */
function valueLabels(splits: readonly number[]): string[] {
  const step = Math.abs((splits[1] ?? 0) - (splits[0] ?? 0));
  const digits = step >= 1 || step === 0 ? 0 : Math.min(8, Math.ceil(-Math.log10(step)));
  const format = new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return splits.map((value) => format.format(value));
}

function options(
  host: HTMLElement,
  width: number,
  height: number,
  onCursor: (plot: uPlot) => void,
): uPlot.Options {
  const line = color(host, "--accent");
  const ink = color(host, "--dim");
  const rule = color(host, "--rule");
  const font = `11px ${color(host, "--sans")}`;
  const axis = {
    stroke: ink,
    font,
    labelFont: font,
    grid: { stroke: rule, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    ms: 1,
    tzDate: (atMs) => uPlot.tzDate(new Date(atMs), "Etc/UTC"),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7, fill: line } },
    hooks: { setCursor: [onCursor] },
    scales: { x: { time: true }, y: { range: (_, low, high) => padded(low, high) } },
    axes: [
      {
        ...axis,
        label: "Time, UTC",
        labelSize: 16,
        labelGap: 0,
        size: 24,
        gap: 6,
        space: TIME_SPACE_PX,
        values: (_, splits) => timeLabels(splits),
      },
      {
        ...axis,
        label: "NAV, USD",
        labelSize: 16,
        size: AXIS_PX,
        gap: 6,
        space: 36,
        values: (_, splits) => valueLabels(splits),
      },
    ],
    series: [
      {},
      {
        stroke: line,
        width: 1.75,
        fill: color(host, "--accent-wash"),
        spanGaps: false,
        points: { show: false },
      },
    ],
  };
}

/** A little room above and below; a flat line gets a scale too. */
function padded(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = (high - low) * 0.12 || Math.max(1, Math.abs(high) * 0.001);
  return [low - room, high + room];
}

export class EquityChart {
  readonly #host: HTMLElement;
  readonly #readout: HTMLElement;
  readonly #canvas: HTMLElement;
  #plot: uPlot | null = null;
  #points: readonly EquityPoint[] = [];

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#readout = document.createElement("p");
    this.#readout.className = "readout num";
    this.#canvas = document.createElement("div");
    this.#canvas.className = "canvas";
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "img");
    this.#canvas.addEventListener("keydown", (event) => this.#move(event));
    host.append(this.#readout, this.#canvas);
    new ResizeObserver(() => this.#resize()).observe(this.#canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /** Shows the points; the same array twice costs nothing. */
  show(points: readonly EquityPoint[]): void {
    if (points === this.#points) return;
    this.#points = points;
    const known = points.filter(({ navUsd }) => navUsd !== null).length;
    const change = changeOf(points);
    this.#canvas.setAttribute(
      "aria-label",
      `Equity curve, ${known} samples. ${change === null ? "" : `Change ${change.text}. `}Arrow keys read single values.`,
    );
    if (this.#plot === null) this.#draw();
    else this.#plot.setData(this.#columns());
    this.#describe(null);
  }

  #columns(): uPlot.AlignedData {
    return [
      this.#points.map(({ atMs }) => atMs),
      this.#points.map(({ navUsd }) => (navUsd === null ? null : Number(navUsd))),
    ];
  }

  #draw(): void {
    this.#plot?.destroy();
    const { clientWidth, clientHeight } = this.#canvas;
    if (clientWidth === 0) return;
    this.#plot = new uPlot(
      options(this.#host, clientWidth, clientHeight, (plot) => this.#describe(plot.cursor.idx ?? null)),
      this.#columns(),
      this.#canvas,
    );
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#plot === null) this.#draw();
    else this.#plot.setSize({ width, height });
  }

  /** The crosshair's values; without a crosshair the newest. */
  #describe(index: number | null): void {
    const point = index === null ? this.#points.at(-1) : this.#points[index];
    this.#readout.textContent =
      point === undefined
        ? ""
        : `${point.navUsd === null ? "unknown" : `${formatUsd(point.navUsd)} USD`} at ${utcText(point.atMs).slice(0, 16)} UTC`;
  }

  #move(event: KeyboardEvent): void {
    const plot = this.#plot;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -60,
      PageDown: 60,
    };
    const step = steps[event.key];
    if (plot === null || step === undefined || this.#points.length === 0) return;
    event.preventDefault();
    const last = this.#points.length - 1;
    const index = Math.min(last, Math.max(0, (plot.cursor.idx ?? last) + step));
    const point = this.#points[index];
    if (point === undefined) return;
    const left = plot.valToPos(point.atMs, "x");
    const top = point.navUsd === null ? 0 : plot.valToPos(Number(point.navUsd), "y");
    plot.setCursor({ left, top });
  }
}
