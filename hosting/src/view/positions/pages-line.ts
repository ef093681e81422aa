// The end of a list that is read a page at a time: its button, or that it is loading, whole, or could not be read.
import type { Pages } from "#hosting/model/history.ts";
import { h, type VNode } from "../vnode.ts";

interface Wish {
  readonly title: string;
  readonly testId: string;
  readonly onMore: () => void;
}

export function pagesLine(
  { phase, fault, unreadable }: Pages<unknown>,
  { title, testId, onMore }: Wish,
): VNode {
  return h(
    "div",
    { class: "pages-line", role: "status" },
    fault === null ? null : h("span", { class: "form-fault" }, `It could not be read: ${fault}. Try again. `),
    unreadable === 0 ? null : h("span", { class: "age" }, `${unreadable} cannot be read by this page. `),
    phase === "end"
      ? h("span", { class: "age" }, "That is all.")
      : h(
          "button",
          {
            type: "button",
            class: "small",
            disabled: phase === "loading",
            "data-testid": testId,
            onclick: onMore,
          },
          phase === "loading" ? "Loading" : title,
        ),
  );
}
