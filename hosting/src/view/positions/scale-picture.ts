// The price scale of a position as a small picture: marks of different shape for stop, entry, levels and break-even, the
// mark above them, and the way from entry to mark. The words of it are the picture's name, and the list of exits repeats them.
import type { Side } from "#domain/documents/words.ts";
import type { PriceScale, ScalePoint } from "#hosting/model/price-scale.ts";
import { type Child, h, type VNode } from "../vnode.ts";

function pointNode({ kind, label, atPercent, isLabelled, isPast }: ScalePoint): VNode {
  return h(
    "span",
    { class: `point ${kind}${isPast ? " past" : ""}`, "--at": `${atPercent}%`, key: label },
    h("span", { class: "notch" }),
    isLabelled ? h("span", { class: "point-label" }, label) : null,
  );
}

/** From entry to mark, in the hue of what it means for the side. */
function way(points: readonly ScalePoint[], side: Side): Child {
  const entry = points.find(({ kind }) => kind === "entry");
  const mark = points.find(({ kind }) => kind === "mark");
  if (entry === undefined || mark === undefined) return null;
  const [from, to] = [entry.atPercent, mark.atPercent].toSorted((a, b) => a - b);
  const isGain = mark.atPercent > entry.atPercent === (side === "long");
  return h("span", {
    class: isGain ? "way gain" : "way loss",
    "--from": `${from}%`,
    "--width": `${(to ?? 0) - (from ?? 0)}%`,
  });
}

export function scalePicture({ points, words }: PriceScale, side: Side, isStale: boolean): VNode {
  return h(
    "div",
    { class: isStale ? "price-scale stale" : "price-scale", role: "img", "aria-label": words, title: words },
    h("span", { class: "axis" }),
    way(points, side),
    ...points.map(pointNode),
  );
}
