// A text field of the command's form, with its label and hint. Text that is typed goes into the draft at once.
import type { Draft, DraftFields } from "#hosting/model/draft.ts";
import type { Controls } from "../controls.ts";
import { typedIn } from "../parts.ts";
import { type Attributes, type Child, h, type VNode } from "../vnode.ts";

export interface Field {
  readonly name: keyof DraftFields;
  readonly label: Child;
  readonly hint: Child;
  readonly attributes: Attributes;
}

export function field(draft: Draft, controls: Controls, { name, label, hint, attributes }: Field): VNode {
  const id = `command-${name}`;
  return h(
    "label",
    { key: name, for: id },
    h("span", {}, label),
    h("input", {
      id,
      name,
      autocomplete: "off",
      disabled: draft.phase !== "writing",
      value: draft.fields[name],
      "data-testid": id,
      "aria-describedby": hint === null ? null : `${id}-hint`,
      oninput: (event) => controls.editCommand({ [name]: typedIn(event) }),
      ...attributes,
    }),
    hint === null ? null : h("span", { id: `${id}-hint`, class: "hint" }, hint),
  );
}
