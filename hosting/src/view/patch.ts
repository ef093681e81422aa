// Makes the document equal to the wanted nodes with the fewest changes, so that focus, selection and scrolling
// survive a stream of updates. Sets text and attributes only; never parses markup.
import type { Attribute, Attributes, Handler, VNode } from "./vnode.ts";

interface Mounted {
  attributes: Attributes;
  key: Attribute | undefined;
}

const mounted = new WeakMap<Node, Mounted>();

function setAttribute(element: HTMLElement, name: string, value: Attribute | undefined): void {
  if (name === "key" || name === "own" || name.startsWith("on")) return;
  // Custom properties go through the object model: the content security policy forbids style attributes.
  if (name.startsWith("--")) element.style.setProperty(name, String(value));
  else if (value === undefined || value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

function create(node: VNode): HTMLElement {
  const element = document.createElement(node.tag);
  mounted.set(element, { attributes: {}, key: node.attributes.key });
  for (const [name, value] of Object.entries(node.attributes)) {
    if (!name.startsWith("on") || typeof value !== "function") continue;
    // One listener for the element's life; it finds the handler of the latest render.
    element.addEventListener(name.slice(2), (event) => {
      const handler = mounted.get(element)?.attributes[name];
      if (typeof handler === "function") (handler as Handler)(event);
    });
  }
  update(element, node);
  return element;
}

function update(element: HTMLElement, node: VNode): void {
  const state = mounted.get(element);
  const before = state?.attributes ?? {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(node.attributes)])) {
    if (before[name] !== node.attributes[name]) setAttribute(element, name, node.attributes[name]);
  }
  if (state !== undefined) state.attributes = node.attributes;
  if (node.attributes.own !== true) patchChildren(element, node.children);
}

function reusable(existing: Node, wanted: VNode | string): boolean {
  if (typeof wanted === "string") return existing.nodeType === Node.TEXT_NODE;
  return (
    existing.nodeName === wanted.tag.toUpperCase() && mounted.get(existing)?.key === wanted.attributes.key
  );
}

/** The node that is there already: the one of the same key, else the one in the same place; null when none fits. */
function matchOf(
  wanted: VNode | string,
  keyed: ReadonlyMap<Attribute, Node>,
  place: ChildNode | null,
): Node | null {
  const key = typeof wanted === "string" ? undefined : wanted.attributes.key;
  const match = key === undefined ? place : keyed.get(key);
  return match && reusable(match, wanted) ? match : null;
}

function renew(match: Node, node: VNode | string): void {
  if (typeof node !== "string") update(match as HTMLElement, node);
  else if (match.nodeValue !== node) match.nodeValue = node;
}

function keyedChildren(parent: Node): ReadonlyMap<Attribute, Node> {
  const keyed = new Map<Attribute, Node>();
  for (const child of parent.childNodes) {
    const key = mounted.get(child)?.key;
    if (key !== undefined) keyed.set(key, child);
  }
  return keyed;
}

/** Makes the children of `parent` equal to `wanted`. Keyed elements move; others are matched by place and tag. */
export function patchChildren(parent: Node, wanted: readonly (VNode | string)[]): void {
  const keyed = keyedChildren(parent);
  let place: ChildNode | null = parent.firstChild;
  for (const node of wanted) {
    const match = matchOf(node, keyed, place);
    if (match === null) {
      parent.insertBefore(typeof node === "string" ? document.createTextNode(node) : create(node), place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else parent.insertBefore(match, place);
    renew(match, node);
  }
  while (place !== null) {
    const next: ChildNode | null = place.nextSibling;
    place.remove();
    place = next;
  }
}
