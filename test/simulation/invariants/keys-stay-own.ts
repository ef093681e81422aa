// Rule 15, only itself (docs/RULES.md), for keys: an account's keys act for that account alone, and nothing of them is found
// where people or other programs read, also in runs whose venue repeats keys in its refusals. Read from the wire, from the
// batches as they were written, and from the notifications as they arrived.
import { keysOf } from "../workload/account-keys.ts";
import type { Invariant } from "./invariant.ts";

export const keysStayTheirOwn: Invariant = {
  rule: 15,
  name: "keysStayTheirOwn",
  says: "A request carries the key of its own account or none, and no document, notification or answer holds anything of a key.",
  watch(evidence) {
    const values = evidence.setup.accounts.flatMap(({ profile }) => Object.values(keysOf(profile.accountId)));
    const search = (where: string, thing: unknown): void => {
      const text = JSON.stringify(thing);
      const found = values.find((value) => text.includes(value));
      if (found !== undefined) evidence.fail(`${where} holds ${found}`);
    };
    return {
      left({ accountId, name, apiKey, fields }) {
        const { apiKey: own, secret } = keysOf(accountId);
        if (apiKey !== null && apiKey !== own)
          evidence.fail(`${name} of ${accountId} left with ${apiKey}, another's key`);
        if ([...fields.values()].some((value) => value.includes(secret)))
          evidence.fail(`${name} of ${accountId} left with a secret in it`);
      },
      landed: ({ process, writes }) =>
        process === null ? undefined : search(writes.map(({ path }) => path).join(", "), writes),
      notified: (notification) => search("A notification", notification),
      answered: (_alert, answer) => search("An answer to a sender", answer.body),
      commandAnswered: (_command, answer) => search("An answer to an operator", answer.body),
    };
  },
};
