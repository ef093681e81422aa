// The exits of a group, one line each: name, state, price, distance from the mark, and the way towards it as a bar with its
// figure. Each line carries its plain figures as attributes.
import { agoText, countdownText, utcText } from "#hosting/model/age.ts";
import type { ExitRow, ExitState } from "#hosting/model/exit-rows.ts";
import type { State } from "#hosting/model/state.ts";
import { unknown } from "../parts.ts";
import { type Child, h, type VNode } from "../vnode.ts";
import type { Card } from "./card.ts";
import { type LegState, legLine, legList, priceAndQty } from "./leg-line.ts";

const STATES: Readonly<Record<ExitState, LegState>> = {
  RESTING: ["good", "resting", "It rests at the venue and fires without Ballast"],
  SENDING: ["working", "being placed", "Stored; the venue’s word is not known yet"],
  TAKEN: ["quiet", "taken", "It took its share"],
  REFUSED: ["danger", "refused", "The venue did not take it"],
  ABSENT: ["danger", "not there", "It is asked for, and nothing rests at the venue"],
  PLANNED: ["quiet", "planned", "Not at the venue yet"],
  FOLLOWING: ["good", "following", "It moves the stop behind the best price"],
  WAITING: ["quiet", "waiting", "It begins with a profit"],
  RUNNING: ["good", "running", "The position is closed when it is over"],
  OVER: ["warning", "over", "The position is being closed"],
  NONE: ["warning", "none", "Nothing asks for it"],
};

function priceCell({ id, priceUsd, atMs, qtyBase }: ExitRow, nowMs: number): Child {
  if (atMs !== null)
    return h(
      "time",
      {
        class: "num",
        datetime: new Date(atMs).toISOString(),
        title: utcText(atMs),
        tabindex: 0,
        "data-exact": utcText(atMs),
      },
      nowMs < atMs ? `in ${countdownText(atMs - nowMs)}` : agoText(nowMs, atMs),
    );
  if (priceUsd === null)
    return id === "stop"
      ? null
      : unknown("its price hangs on an entry, or on a stop of the plan, that is not known");
  return priceAndQty(priceUsd, qtyBase);
}

function exitLine(exit: ExitRow, nowMs: number, isStale: boolean): VNode {
  const { id, name, state, priceUsd, qtyBase, takenBase, progressBps, awayBps, atMs, detail } = exit;
  return legLine({
    id,
    look: `exit ${state.toLowerCase()}`,
    figures: {
      "data-exit": id,
      "data-state": state,
      "data-price-usd": priceUsd,
      "data-qty-base": qtyBase,
      "data-taken-base": takenBase,
      "data-progress-bps": progressBps,
    },
    name,
    state: STATES[state],
    price: priceCell(exit, nowMs),
    detail,
    way:
      state === "TAKEN" || state === "NONE"
        ? null
        : { progressBps, awayBps, of: atMs === null ? "way" : "time", isStale: isStale && atMs === null },
  });
}

export function exitList({ exits, isStale, group }: Card, { nowMs }: State): VNode {
  return legList(
    "Exits",
    null,
    { name: `Exits of ${group.symbol}`, testId: "exit-list" },
    exits.map((exit) => exitLine(exit, nowMs, isStale)),
  );
}
