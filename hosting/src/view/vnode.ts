// The page as plain data: views are pure functions from state to this, so they run and are tested without a
// browser. Text is only ever text, so markup cannot be put in, and signs in it that deceive an eye are marked.
import { marked } from "#domain/telling/marked.ts";

export type Handler = (event: Event) => void;
export type Attribute = string | number | boolean | null | Handler;
export type Attributes = Readonly<Record<string, Attribute>>;
export type Child = VNode | string | null;

export interface VNode {
  readonly tag: string;
  /** `key` keeps an element its own across renders; `own` marks one whose inside belongs to somebody else. */
  readonly attributes: Attributes;
  readonly children: readonly (VNode | string)[];
}

/** An element. `null` children are left out; attributes that are null or false are absent. */
export function h(tag: string, attributes: Attributes, ...children: (Child | readonly Child[])[]): VNode {
  const shown = children.flat().filter((child) => child !== null);
  return {
    tag,
    attributes: readAttributes(attributes),
    children: shown.map((child) => (typeof child === "string" ? marked(child) : child)),
  };
}

/** Attributes that are read out or shown as text. */
const READ = ["title", "aria-label", "data-exact"];

function readAttributes(attributes: Attributes): Attributes {
  const read = READ.filter((name) => typeof attributes[name] === "string");
  if (read.length === 0) return attributes;
  const shown = read.map((name) => [name, marked(String(attributes[name]))]);
  return { ...attributes, ...Object.fromEntries(shown) };
}

/** The text of a node and all below it, as a reader would get it. */
export function textOf(node: VNode | string): string {
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}
