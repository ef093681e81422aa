// One leg of a position as a line, an entry or an exit alike: name and state, price, words, and the way towards it as a bar
// with its figure.
import { formatBps, formatPrice, formatQty } from "#hosting/model/amount.ts";
import { BPS } from "#hosting/model/basis-points.ts";
import type { Tone } from "#hosting/model/order-words.ts";
import { stateWord } from "../parts.ts";
import { type Attributes, type Child, h, type VNode } from "../vnode.ts";

/** Tone, word and meaning of a state. */
export type LegState = readonly [Tone, string, string];

interface Way {
  readonly progressBps: number | null;
  readonly awayBps: number | null;
  /** Of a way in price, or of a time. */
  readonly of: "way" | "time";
  readonly isStale: boolean;
}

interface LegLine {
  readonly id: string;
  /** Class names of its kind and state. */
  readonly look: string;
  readonly figures: Attributes;
  readonly name: string;
  readonly state: LegState;
  readonly price: Child;
  readonly detail: string;
  /** Null where there is none to go. */
  readonly way: Way | null;
}

function wayNodes({ progressBps, awayBps, of, isStale }: Way): readonly Child[] {
  const words = [
    progressBps === null ? null : `${formatBps(progressBps)} % of the ${of}`,
    awayBps === null ? null : `${formatBps(awayBps)} % away`,
  ].filter((each) => each !== null);
  if (words.length === 0) return [];
  const part = Math.min(1, (progressBps ?? 0) / BPS);
  return [
    progressBps === null
      ? null
      : h("span", { class: "meter", "aria-hidden": "true" }, h("span", { "--part": String(part) })),
    h("span", { class: isStale ? "leg-way num stale" : "leg-way num" }, words.join(", ")),
  ];
}

export function priceAndQty(priceUsd: string, qtyBase: string | null): VNode {
  return h(
    "span",
    { class: "num" },
    h("b", {}, formatPrice(priceUsd)),
    h("span", { class: "unit" }, " USD"),
    qtyBase === null ? null : h("span", { class: "unit" }, ` × ${formatQty(qtyBase)}`),
  );
}

export function legLine({ id, look, figures, name, state, price, detail, way }: LegLine): VNode {
  return h(
    "li",
    { key: id, class: `leg ${look}`, ...figures },
    h("span", { class: "leg-name" }, h("b", {}, name), stateWord(...state)),
    h("span", { class: "leg-price" }, price),
    detail === "" ? null : h("span", { class: "leg-detail age" }, detail),
    ...(way === null ? [] : wayNodes(way)),
  );
}

/** A titled list of legs. */
export function legList(
  title: string,
  aside: Child,
  { name, testId }: { readonly name: string; readonly testId: string },
  lines: readonly VNode[],
): VNode {
  return h(
    "div",
    { class: "legs" },
    h("h4", {}, title, aside === null ? null : h("span", { class: "age" }, aside)),
    h("ul", { "aria-label": name, "data-testid": testId }, ...lines),
  );
}
