// Guards the mailbox: each intent that waits in a process is given to one turn, and none is lost on the way.
import { describe, expect, it } from "vitest";
import { Mailbox } from "#functions/app/books/mailbox.ts";
import { intent } from "#test/support/factories.ts";

const NONE: ReadonlySet<string> = new Set();
const of = (intentId: string, accountId = "main") => intent({ intentId, accountId });
const taken = (mailbox: Mailbox, but = NONE, limit = 10) =>
  mailbox.take("main", but, limit).map((letter) => letter.intent.intentId);

describe("a mailbox", () => {
  it("gives what waits for one account, once, in the order in which it came", () => {
    const mailbox = new Mailbox();
    for (const id of ["b", "a"]) mailbox.put(of(id));
    mailbox.put(of("other", "second"));
    expect(taken(mailbox)).toEqual(["b", "a"]);
    expect(taken(mailbox)).toEqual([]);
  });

  it("leaves a second delivery of an intent to a turn of its own", () => {
    const mailbox = new Mailbox();
    for (const id of ["a", "a", "b"]) mailbox.put(of(id));
    expect(taken(mailbox)).toEqual(["a", "b"]);
    expect(taken(mailbox, new Set(["a"]))).toEqual([]);
    expect(taken(mailbox)).toEqual(["a"]);
  });

  it("gives no more than is asked for", () => {
    const mailbox = new Mailbox();
    for (const id of ["a", "b", "c"]) mailbox.put(of(id));
    expect(taken(mailbox, NONE, 2)).toEqual(["a", "b"]);
    expect(taken(mailbox, NONE, 0)).toEqual([]);
    expect(taken(mailbox)).toEqual(["c"]);
  });

  it("keeps one that was given back for its own turn", () => {
    const mailbox = new Mailbox();
    mailbox.put(of("a"));
    const [letter] = mailbox.take("main", NONE, 1);
    if (letter === undefined) throw new Error("it was put in");
    mailbox.putBack(letter);
    expect(letter.isAlone).toBe(true);
    expect(taken(mailbox)).toEqual([]);
  });
});
