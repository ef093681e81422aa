// The page before there is an account to show: starting, misconfigured, signed out, no account granted.
import type { Phase } from "../model/state.ts";
import type { Controls } from "./controls.ts";
import { type Child, h, type VNode } from "./vnode.ts";

function card(title: string, ...content: Child[]): VNode {
  return h(
    "section",
    { class: "card", "aria-labelledby": "card-title" },
    h("h1", { id: "card-title" }, title),
    ...content,
  );
}

/** The account that the rules refuse; its documents say so together. */
export function refusedCard(accountId: string, email: string, controls: Controls): VNode {
  return card(
    "You may not read this account",
    h("p", {}, `${email} is signed in, but Firestore’s rules refuse it the account “${accountId}”.`),
    h(
      "p",
      { class: "remedy" },
      "Ask an operator to add the account to this user’s claims, then check again.",
    ),
    h("button", { type: "button", class: "primary", onclick: controls.checkAgain }, "Check again"),
  );
}

function field(id: string, label: string, type: string, autocomplete: string): VNode {
  return h(
    "label",
    {},
    label,
    h("input", {
      id,
      name: id,
      type,
      autocomplete,
      required: true,
      "data-testid": `sign-in-${id}`,
      "aria-describedby": "sign-in-fault",
    }),
  );
}

function signIn(phase: Extract<Phase, { kind: "signedOut" }>, local: boolean, controls: Controls): VNode {
  const submit = (event: Event): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    controls.signIn(String(given.get("email")), String(given.get("password")));
  };
  return card(
    "Sign in",
    h("p", {}, "To see your accounts. This page only reads; it cannot trade."),
    h(
      "form",
      { onsubmit: submit },
      field("email", "E-mail", "email", "username"),
      field("password", "Password", "password", "current-password"),
      h(
        "p",
        { id: "sign-in-fault", class: "form-fault", role: "alert", "data-testid": "sign-in-fault" },
        phase.fault ?? "",
      ),
      h(
        "button",
        { type: "submit", class: "primary", disabled: phase.busy, "data-testid": "sign-in-submit" },
        phase.busy ? "Signing in" : "Sign in",
      ),
    ),
    local
      ? h("p", { class: "hint" }, "Local stack: “npm start” prints the sign-in beside this address.")
      : null,
  );
}

/** The card for the phase; null when there is an account to show. */
export function gate(phase: Phase, local: boolean, controls: Controls): VNode | null {
  switch (phase.kind) {
    case "account":
      return null;
    case "starting":
      return h("div", { class: "card starting", role: "status" }, h("p", {}, "Starting"));
    case "misconfigured":
      return card(
        "This page cannot start",
        h("p", {}, phase.fault),
        h("p", { class: "remedy" }, phase.remedy),
        h("button", { type: "button", class: "primary", onclick: controls.checkAgain }, "Try again"),
      );
    case "noAccount":
      return card(
        "No account to show",
        h("p", {}, `${phase.email} is signed in, but no account is granted to it.`),
        h(
          "p",
          { class: "remedy" },
          "Ask an operator to add an account to this user’s claims, then check again.",
        ),
        h("button", { type: "button", class: "primary", onclick: controls.checkAgain }, "Check again"),
      );
    case "signedOut":
      return signIn(phase, local, controls);
  }
}
