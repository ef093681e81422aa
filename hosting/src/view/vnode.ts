// The page as plain data: views are pure functions from state to this, so they run and are tested without a
// browser. Text is only ever text, so markup cannot be put in.

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
  return { tag, attributes, children: children.flat().filter((child) => child !== null) };
}

/** The text of a node and all below it, as a reader would get it. */
export function textOf(node: VNode | string): string {
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}
