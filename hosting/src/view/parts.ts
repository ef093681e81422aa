// The small pieces every panel is made of: a time, a signed amount, a state word, an unknown, a panel, a table.
import { agoText, countdownText, utcText } from "../model/age.ts";
import { formatUsd, signOf } from "../model/amount.ts";
import { type SymbolName, TONE_SYMBOL, type Tone } from "../model/order-words.ts";
import { reasonUnknown, type Watched } from "../model/watched.ts";
import { type Attributes, type Child, h, type VNode } from "./vnode.ts";

/** As `time`, in one unit: rows of a table need no more. */
export function briefTime(nowMs: number, atMs: number): VNode {
  return time(nowMs, atMs, {}, true);
}

/** Relative time; the exact UTC on hover, on focus and for screen readers. */
export function time(nowMs: number, atMs: number, attributes: Attributes = {}, brief = false): VNode {
  const exact = utcText(atMs);
  return h(
    "time",
    { datetime: new Date(atMs).toISOString(), title: exact, tabindex: 0, "data-exact": exact, ...attributes },
    agoText(nowMs, atMs, brief),
  );
}

/** The text of the field that an event came from. */
export function typedIn(event: Event): string {
  return (event.target as unknown as { readonly value: string }).value;
}

/** The time left, counting down; the exact UTC on hover, on focus and for screen readers. */
export function countdown(nowMs: number, untilMs: number, attributes: Attributes = {}): VNode {
  const exact = utcText(untilMs);
  return h(
    "time",
    {
      datetime: new Date(untilMs).toISOString(),
      title: exact,
      tabindex: 0,
      "data-exact": exact,
      class: "num",
      ...attributes,
    },
    countdownText(untilMs - nowMs),
  );
}

/** A shape that says what the colour beside it says; the words do it for screen readers. */
export function symbol(name: SymbolName): VNode {
  return h("span", { class: `symbol ${name}`, "aria-hidden": "true" });
}

/** A change of money: arrow, sign, digits; the hue only repeats what they say. */
export function change(valueUsd: string, unit = ""): VNode {
  const sign = signOf(valueUsd);
  return h(
    "span",
    { class: `num ${sign > 0 ? "gain" : sign < 0 ? "loss" : ""}` },
    sign === 0 ? null : symbol(sign > 0 ? "up" : "down"),
    formatUsd(valueUsd, true),
    unit === "" ? null : h("span", { class: "unit" }, ` ${unit}`),
  );
}

/** A state: symbol, word, hue. */
export function stateWord(tone: Tone, word: string, meaning: string): VNode {
  return h("span", { class: `state ${tone}`, title: meaning }, symbol(TONE_SYMBOL[tone]), word);
}

/** An unknown value, with its reason in reach, in place of a zero or a blank. */
export function unknown(reason: string, attributes: Attributes = {}): VNode {
  return h(
    "span",
    { class: "unknown", title: reason, tabindex: 0, ...attributes },
    "unknown",
    h("span", { class: "sr" }, `: ${reason}`),
  );
}

export function unknownOf(watched: Watched<unknown>, attributes: Attributes = {}): VNode {
  return watched.kind === "loading"
    ? h("span", { class: "pending", ...attributes }, h("span", { class: "sr" }, "loading"))
    : unknown(reasonUnknown(watched), attributes);
}

/** A short message in the place of content: what is (not) there, and the next step. */
export function notice(title: string, next: string, tone: "empty" | "fault" = "empty"): VNode {
  return h("div", { class: `notice ${tone}` }, h("p", { class: "notice-title" }, title), h("p", {}, next));
}

/**
 * The notice for a watched document that gives nothing to show; `empty` is what its absence means, `name` what the
 * document is called where it is not the panel's own subject.
 */
export function noticeOf(
  watched: Watched<unknown>,
  empty: readonly [string, string],
  name: string | null = null,
): VNode | null {
  if (watched.kind === "value") return null;
  if (watched.kind === "loading") {
    return h("div", { class: "skeleton", role: "status" }, h("span", { class: "sr" }, "Loading"));
  }
  if (watched.kind === "missing") return notice(...empty);
  const denied = watched.kind === "refused" && watched.code === "permission-denied";
  return notice(
    `Cannot be shown: ${name === null ? "" : `the ${name} is `}${reasonUnknown(watched)}`,
    denied
      ? "Your sign-in does not list this account. Ask an operator to grant it, then sign in again."
      : "This page tries again by itself. If it persists, page and functions differ in version: reload.",
    "fault",
  );
}

/** A titled region. `aside` stands at the right of the title. */
interface PanelHead {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly aside: Child;
}

export function panel({ id, title, subject, aside }: PanelHead, ...content: Child[]): VNode {
  return h(
    "section",
    { class: `panel ${id}`, "aria-labelledby": `${id}-title`, key: id },
    h(
      "div",
      { class: "panel-head" },
      h("h2", { id: `${id}-title` }, title, h("span", { class: "subject" }, ` ${subject}`)),
      h("div", { class: "aside" }, aside),
    ),
    ...content,
  );
}

export interface Column {
  readonly title: string;
  /** Numbers stand right, words left; `when` is the row's time, `wide` words that take a line of their own on a phone. */
  readonly kind?: "number" | "when" | "wide" | undefined;
}

export interface Row {
  readonly key: string;
  readonly attributes?: Attributes;
  readonly cells: readonly Child[];
  /** A line under the row over its full width. */
  readonly below?: Child;
}

/** A table with a caption for screen readers; each cell carries its column's title for the phone layout. */
export function table(
  testId: string,
  caption: string,
  columns: readonly Column[],
  rows: readonly Row[],
): VNode {
  const body = rows.flatMap(({ key, attributes = {}, cells, below }) => {
    const line = h(
      "tr",
      { role: "row", ...attributes, key },
      ...cells.map((cell, index) => {
        const { title = "", kind } = columns[index] ?? {};
        return h(
          index === 0 ? "th" : "td",
          {
            role: index === 0 ? "rowheader" : "cell",
            ...(index === 0 ? { scope: "row" } : {}),
            class: kind ?? "",
            "data-label": title,
          },
          cell,
        );
      }),
    );
    if (below === undefined || below === null) return [line];
    return [
      line,
      h(
        "tr",
        { role: "row", class: "below", key: `${key} below` },
        h("td", { role: "cell", colspan: columns.length }, below),
      ),
    ];
  });
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      { "data-testid": testId, role: "table", class: testId },
      h("caption", { class: "sr" }, caption),
      h(
        "thead",
        { role: "rowgroup" },
        h(
          "tr",
          { role: "row" },
          ...columns.map(({ title, kind }) =>
            h("th", { scope: "col", role: "columnheader", class: kind ?? "" }, title),
          ),
        ),
      ),
      h("tbody", { role: "rowgroup" }, ...body),
    ),
  );
}

/** The text of a sent form's field; null where the form has none of that name. */
export function fieldOf(event: Event, name: string): string | null {
  const form = event.target as unknown as Form;
  return form.elements.namedItem(name)?.value ?? null;
}

/** As much of a form element as is read here. */
interface Form {
  readonly elements: { namedItem(name: string): { readonly value: string } | null };
}
