// The bar at the top: which account, in which mode, whether the page is live, and who is signed in.
import { utcClock, utcText } from "../model/age.ts";
import { connectionOf } from "../model/connection.ts";
import type { State } from "../model/state.ts";
import { VIEWS } from "../model/view.ts";
import { knownValue } from "../model/watched.ts";
import type { Controls } from "./controls.ts";
import { type Child, h, type VNode } from "./vnode.ts";

const VENUES = { "binance-usdm": "Binance USD-M", "bybit-linear": "Bybit linear" } as const;

function accountParts(state: State, controls: Controls): Child[] {
  if (state.phase.kind !== "account") return [];
  const { accounts, accountId } = state.phase;
  const profile = knownValue(state.data.profile);
  const connection = connectionOf(state);
  return [
    accounts.length > 1
      ? h(
          "label",
          { class: "account" },
          h("span", { class: "sr" }, "Account"),
          h(
            "select",
            {
              "data-testid": "account-select",
              onchange: (event) => controls.selectAccount((event.target as HTMLSelectElement).value),
            },
            ...accounts.map((id) => h("option", { value: id, key: id, selected: id === accountId }, id)),
          ),
        )
      : h("span", { class: "account", title: profile?.name ?? accountId }, profile?.name ?? accountId),
    profile === null
      ? null
      : h(
          "span",
          {
            class: `mode ${profile.mode}`,
            title: profile.mode === "paper" ? "Simulated money" : "Real money",
          },
          profile.mode === "paper" ? "Paper" : "Live money",
        ),
    profile === null ? null : h("span", { class: "venue" }, VENUES[profile.venue]),
    h(
      "span",
      { class: `connection ${connection.kind}`, role: "status", "data-testid": "connection" },
      h("span", { class: "dot", "aria-hidden": "true" }, ""),
      connection.word,
    ),
  ];
}

/** Links, so that they are reached by keyboard and opened in another tab; the address keeps the view. */
function viewLinks({ phase, view }: State): VNode | null {
  if (phase.kind !== "account") return null;
  return h(
    "nav",
    { class: "views", "aria-label": "Views", key: "views" },
    ...VIEWS.map(({ id, title }) =>
      h("a", { href: `#${id}`, key: id, "aria-current": id === view ? "page" : null }, title),
    ),
  );
}

export function header(state: State, controls: Controls): VNode {
  const { phase, nowMs } = state;
  return h(
    "header",
    { class: "bar", key: "header" },
    h("span", { class: "brand" }, "Ballast"),
    viewLinks(state),
    ...accountParts(state, controls),
    h(
      "time",
      { class: "clock num", title: utcText(nowMs), datetime: new Date(nowMs).toISOString() },
      `${utcClock(nowMs)} UTC`,
    ),
    phase.kind === "account" || phase.kind === "noAccount"
      ? h(
          "button",
          {
            type: "button",
            class: "quiet-button",
            title: `Signed in as ${phase.email}`,
            onclick: controls.signOut,
          },
          "Sign out",
        )
      : null,
  );
}
