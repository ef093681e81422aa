// One command from form to end: what will happen, why, the account's name where it is dangerous, and then its progress
// until the document says that it has ended. Closing it cancels nothing that was sent.

import { utcClock, utcDay, utcText } from "#hosting/model/age.ts";
import { commandMeaning, commandName, consequences, isDangerous } from "#hosting/model/command-words.ts";
import { type Draft, horizonMs, isOnPosition } from "#hosting/model/draft.ts";
import type { SymbolName } from "#hosting/model/order-words.ts";
import { positionConsequences } from "#hosting/model/position-command-words.ts";
import type { CommandRow } from "#hosting/model/rows.ts";
import type { State } from "#hosting/model/state.ts";
import { closesWords, heldWords } from "#hosting/model/trading-words.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { countdown, fieldOf, symbol, typedIn } from "../parts.ts";
import { type Child, h, type VNode } from "../vnode.ts";
import { hindrance } from "./actions.ts";
import { field } from "./form-field.ts";
import { fieldsOfPosition } from "./position-fields.ts";

/** The name that the function behind /commands compares with; null while the profile is unknown. */
function accountName({ data }: State): string | null {
  return knownValue(data.profile)?.name ?? null;
}

function horizonHint(draft: Draft, nowMs: number): Child {
  const atMs = horizonMs(draft.fields.horizon);
  if (atMs === null)
    return `UTC; it is ${utcDay(nowMs)} ${utcClock(nowMs).slice(0, 5)} now. Empty: no horizon.`;
  if (Number.isNaN(atMs)) return "Not a time yet";
  return atMs > nowMs
    ? h("span", {}, `${utcText(atMs).slice(0, 16)} UTC, in `, countdown(nowMs, atMs))
    : "This time has passed";
}

function symbolField(draft: Draft, state: State, controls: Controls): VNode {
  const symbols = knownValue(state.data.config)?.symbols ?? [];
  return h(
    "label",
    { key: "symbol", for: "command-symbol" },
    h("span", {}, "Of which symbol"),
    h(
      "select",
      {
        id: "command-symbol",
        disabled: draft.phase !== "writing",
        onchange: (event) => controls.editCommand({ symbol: typedIn(event) }),
      },
      h("option", { value: "" }, "all symbols"),
      ...symbols.map((one) => h("option", { value: one, selected: one === draft.fields.symbol }, one)),
    ),
  );
}

function fields(draft: Draft, state: State, controls: Controls): VNode[] {
  const { kind } = draft;
  const wanted: VNode[] = [];
  if (kind === "start" || kind === "set_horizon")
    wanted.push(
      field(draft, controls, {
        name: "horizon",
        label: "Horizon, UTC",
        hint: horizonHint(draft, state.nowMs),
        attributes: {
          type: "datetime-local",
        },
      }),
    );
  if (kind === "start" || kind === "set_stoploss")
    wanted.push(
      field(draft, controls, {
        name: "stopLossUsd",
        label: "Stop-loss, NAV in USD",
        hint: "Empty: no stop-loss.",
        attributes: {
          inputmode: "decimal",
          placeholder: "9800",
        },
      }),
    );
  if (kind === "clear_cooldown") wanted.push(symbolField(draft, state, controls));
  wanted.push(...fieldsOfPosition(kind).map((one) => field(draft, controls, one)));
  wanted.push(
    field(draft, controls, {
      name: "reason",
      label: "Why",
      hint: "Kept in the journal beside the command.",
      attributes: {
        required: true,
        maxlength: 500,
        autofocus: true,
      },
    }),
  );
  const name = accountName(state);
  if (isDangerous(kind))
    wanted.push(
      field(draft, controls, {
        name: "accountName",
        label: h("span", {}, "Type the account’s name: ", h("b", { class: "name" }, name ?? "unknown")),
        hint: name === null ? "The account’s profile is not readable, so nothing can be confirmed." : null,
        attributes: { required: true, spellcheck: false, autocapitalize: "off" },
      }),
    );
  return wanted;
}

/** Read when the form is sent, and kept nowhere. */
function passwordField(draft: Draft): VNode {
  return h(
    "label",
    { key: "password", for: "command-password" },
    h("span", {}, "Your password, to sign in again"),
    h("input", {
      id: "command-password",
      name: "password",
      type: "password",
      autocomplete: "current-password",
      required: true,
      readonly: draft.phase !== "writing",
      "data-testid": "command-password",
      "aria-describedby": "command-fault",
    }),
  );
}

interface Step {
  readonly mark: SymbolName;
  readonly tone: string;
  readonly text: Child;
}

const END_MARKS: Readonly<Record<CommandRow["status"], readonly [SymbolName, string]>> = {
  UNCONFIRMED: ["bang", "warning"],
  STORED: ["half", "working"],
  DONE: ["check", "good"],
  REFUSED: ["cross", "danger"],
  EXPIRED: ["bang", "warning"],
};

/** A flatten has ended only when the books are empty and its order is gone from the control document. */
function flattenStep(state: State): Step {
  const control = knownValue(state.data.control);
  const flatten = control?.flatten ?? null;
  const held = heldWords(state);
  if (flatten !== null) {
    const left =
      held === null
        ? "books unknown"
        : held === ""
          ? "the books are flat, the venue is asked"
          : `left: ${held}`;
    return { mark: "half", tone: "working", text: `Closing: ${closesWords(flatten.step)}, ${left}` };
  }
  if (held === "") return { mark: "check", tone: "good", text: "Flat: nothing is held" };
  return { mark: "bang", tone: "warning", text: `No flatten stands, and held is ${held ?? "unknown"}` };
}

function progress(draft: Draft, state: State): Step[] {
  const command = knownValue(state.data.commands)?.rows.find(
    ({ commandId }) => commandId === draft.commandId,
  );
  const sent: Step = { mark: "check", tone: "good", text: "Stored before it was answered" };
  if (command === undefined)
    return [sent, { mark: "half", tone: "working", text: "Waiting for its document to appear here" }];
  const { sequence, status } = command;
  const [mark, tone] = END_MARKS[status];
  const steps: Step[] = [
    {
      ...sent,
      text: sequence > 0 ? `Stored, number ${sequence} in sequence` : "Stored, not yet in sequence",
    },
    { mark, tone, text: commandMeaning(command, state.nowMs) },
  ];
  return draft.kind === "flatten" && status === "DONE" ? [...steps, flattenStep(state)] : steps;
}

function followed(draft: Draft, state: State): VNode {
  return h(
    "ol",
    { class: "progress", role: "status", "aria-live": "polite", "data-testid": "command-progress" },
    ...progress(draft, state).map(({ mark, tone, text }) =>
      h("li", { class: `state ${tone}` }, symbol(mark), text),
    ),
  );
}

/** The next thing that the form lacks, in words; null when it can be sent. */
function lacking({ kind, fields: typed }: Draft, state: State): string | null {
  if (typed.reason.trim() === "") return "Say why to go on.";
  const isNamed = !isDangerous(kind) || typed.accountName.trim() === accountName(state);
  return isNamed ? null : "Type the account’s name exactly as it stands above to go on.";
}

const HARMFUL: ReadonlySet<Draft["kind"]> = new Set(["stop", "flatten", "close_position"]);

function submitButton(draft: Draft, state: State): VNode {
  const ready = lacking(draft, state) === null && hindrance(state) === null;
  const harmful = HARMFUL.has(draft.kind);
  return h(
    "button",
    {
      type: "submit",
      class: harmful ? "primary danger" : "primary",
      disabled: draft.phase !== "writing" || !ready,
      "data-testid": "command-send",
    },
    draft.phase === "sending" ? "Sending" : `${commandName(draft.kind)} now`,
  );
}

function form(draft: Draft, state: State, controls: Controls): VNode {
  const submit = (event: Event): void => {
    event.preventDefault();
    controls.sendCommand(fieldOf(event, "password"));
  };
  const { fault } = draft;
  const why = hindrance(state);
  return h(
    "form",
    { onsubmit: submit },
    ...fields(draft, state, controls),
    ...(draft.asksPassword ? [passwordField(draft)] : []),
    h(
      "p",
      { id: "command-fault", class: "form-fault", role: "alert", "data-testid": "command-fault" },
      fault === null ? (why ?? "") : h("span", {}, h("b", {}, fault.text), ` ${fault.remedy}`),
    ),
    h("p", { class: "hint lacking", "data-testid": "command-lacking" }, lacking(draft, state) ?? ""),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "plain", onclick: controls.closeCommand }, "Cancel"),
      submitButton(draft, state),
    ),
  );
}

function effects(draft: Draft, state: State): string[] {
  const { kind } = draft;
  return isOnPosition(kind) ? positionConsequences(draft, state) : consequences(kind, state);
}

export function commandDialog(state: State, controls: Controls): VNode | null {
  const { draft } = state;
  if (draft === null) return null;
  const name = commandName(draft.kind);
  const account = accountName(state) ?? "this account";
  const close = (event: Event): void => {
    event.preventDefault();
    controls.closeCommand();
  };
  return h(
    "dialog",
    {
      class: "command-dialog",
      key: `dialog ${draft.kind}`,
      "aria-labelledby": "dialog-title",
      oncancel: close,
    },
    h("h2", { id: "dialog-title" }, `${name} · ${account}`),
    // Once it is sent the books change under it: what it would do to them now is not what was agreed to.
    draft.phase === "followed"
      ? null
      : h(
          "ul",
          { class: "consequences", key: "consequences", "data-testid": "consequences" },
          ...effects(draft, state).map((line) => h("li", {}, line)),
        ),
    draft.phase === "followed"
      ? h(
          "div",
          { class: "followed", key: "followed" },
          followed(draft, state),
          h(
            "div",
            { class: "dialog-buttons" },
            h(
              "button",
              { type: "button", class: "plain", autofocus: true, onclick: controls.closeCommand },
              "Close",
            ),
          ),
        )
      : form(draft, state, controls),
  );
}
