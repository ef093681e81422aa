// "How full is the pool?": places in use of each pool, and exposure by symbol, tier, bucket and strategy, against their caps.
import type { DenialCode } from "#domain/documents/denial.ts";
import { limitRows } from "#hosting/model/limit-words.ts";
import { engineOf } from "#hosting/model/risk.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { cut, moreButton } from "../long-list.ts";
import { noticeOf, panel } from "../parts.ts";
import { bar } from "../risk/limits-panel.ts";
import { h, type VNode } from "../vnode.ts";

const CAPS: ReadonlySet<DenialCode> = new Set([
  "POOL_FULL",
  "TIER_POOL_FULL",
  "BUCKET_POOL_FULL",
  "SYMBOL_EXPOSURE_EXCEEDED",
  "TIER_EXPOSURE_EXCEEDED",
  "BUCKET_EXPOSURE_EXCEEDED",
  "STRATEGY_EXPOSURE_EXCEEDED",
]);

export function poolPanel(state: State, controls: Controls): VNode {
  const { data } = state;
  const engine = engineOf(state);
  const control = knownValue(data.control);
  const config = knownValue(data.config);
  const head = { id: "pool", title: "How full is the pool?", subject: "Places and caps" } as const;
  if (engine === null || control === null || config === null)
    return panel(
      { ...head, aside: null },
      noticeOf(
        control === null ? data.control : data.config,
        ["Pool unknown: no config or control document yet", "Nothing trades without them."],
        control === null ? "control document" : "config",
      ),
    );
  const rows = limitRows(engine.limits().filter(({ code }) => CAPS.has(code)));
  const { length } = control.queue;
  const waiting =
    config.queue === null ? "a full pool denies" : h("a", { href: "#risk" }, `${length} in the queue`);
  return panel(
    {
      ...head,
      aside: h(
        "span",
        {},
        `${Object.keys(control.slots).length} of ${config.maxOpenGroups} places, `,
        waiting,
      ),
    },
    h("ul", { class: "limit-list", "data-testid": "cap-list" }, ...cut(state, "pool", rows).map(bar)),
    moreButton(state, controls, "pool", rows.length),
  );
}
