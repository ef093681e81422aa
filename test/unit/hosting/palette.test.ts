// The palette can be read by everyone: WCAG AA contrast in both themes, on every ground that text stands on, and gain
// apart from loss for eyes that lack a cone.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../../../hosting/src/style/tokens.css", import.meta.url), "utf8");
const [lightCss = "", darkCss = ""] = css.split("@media");
const colours = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name, value]) => [name, value]),
  );
const THEMES = { light: colours(lightCss), dark: { ...colours(lightCss), ...colours(darkCss) } };

type Rgb = readonly [number, number, number];

/** Linear light of a colour, 0 to 1 per channel. */
function linear(hex: string): Rgb {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(linear(a)), luminance(linear(b))];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Machado, Oliveira and Fernandes 2009, full severity, on linear light. */
const VISION: Readonly<Record<string, readonly Rgb[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab distance of two colours as such an eye sees them. */
function distance(a: string, b: string, matrix: readonly Rgb[]): number {
  const lab = (hex: string): Rgb => {
    const rgb = linear(hex);
    const [r, g, bl] = matrix.map((row) =>
      Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2])),
    ) as unknown as Rgb;
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * bl);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * bl);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * bl);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  };
  const [x, y] = [lab(a), lab(b)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

const INKS = ["ink", "dim", "accent", "gain", "loss", "warning", "danger"];
const GROUNDS = ["ground", "panel", "raised", "warning-wash", "danger-wash", "news-wash"];
/** AA for text below 24 px. */
const AA_TEXT = 4.5;
/** Far above the 0.02 that an eye tells apart in OKLab. */
const APART = 0.07;

describe.each(Object.entries(THEMES))("the %s theme", (_, theme) => {
  it.each(INKS.flatMap((ink) => GROUNDS.map((ground) => [ink, ground] as const)))(
    "%s on %s meets AA",
    (ink, ground) => {
      expect(contrast(theme[ink] ?? "", theme[ground] ?? "")).toBeGreaterThanOrEqual(AA_TEXT);
    },
  );

  it("sets a button's text and a tooltip apart from their grounds", () => {
    expect(contrast(theme.panel ?? "", theme.accent ?? "")).toBeGreaterThanOrEqual(AA_TEXT);
    expect(contrast(theme.panel ?? "", theme.ink ?? "")).toBeGreaterThanOrEqual(AA_TEXT);
  });

  it.each(Object.entries(VISION))("keeps gain apart from loss with %s", (_name, matrix) => {
    expect(distance(theme.gain ?? "", theme.loss ?? "", matrix)).toBeGreaterThan(APART);
  });
});
