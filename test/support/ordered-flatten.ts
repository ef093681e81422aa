// A flatten of the default account as an operator's command leaves it in the control document.
import { flattenId } from "#domain/documents/ids.ts";
import { orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { changeControl } from "#functions/app/books/change-control.ts";
import { ACCOUNT, type Instance, type World } from "./world.ts";

/** `instance` then has the flatten in its memory. */
export async function flattenOrdered({ clock }: World, instance: Instance): Promise<void> {
  await changeControl(instance, ACCOUNT, "ada", ({ control: before }) => {
    const wish = { orderedBy: "ada", reason: "enough", cause: "operator" } as const;
    const id = flattenId(ACCOUNT, before.journalSeq);
    return {
      kind: "FLATTEN_ORDERED",
      subject: id,
      control: orderFlatten(before, { ...wish, flattenId: id }, clock.nowMs()),
    };
  });
}
