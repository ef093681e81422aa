// Drives the sender for a given time: single alerts, bursts, and repetitions at once or seconds later. When the
// machine is slow it sends less, instead of piling up requests.
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "@ballast/local-serving/random.ts";
import { nextAlert, pick } from "./alerts.ts";
import type { Sender } from "./sender.ts";

/** Alerts being sent at once: the functions emulator serves four requests at a time. */
const MAX_IN_FLIGHT = 8;
const MEAN_GAP_MS = 700;
const BURST_CHANCE = 0.12;
const BURST_SIZES = [3, 5, 8] as const;
const TWIN_CHANCE = 0.1;
const REPEAT_CHANCE = 0.12;

/** Sends until `isOver`; resolves when the last alert has been answered or given up. */
export async function driveWorkload(
  sender: Sender,
  random: Random,
  seed: number,
  isOver: () => boolean,
): Promise<void> {
  for (let index = 0; !isOver(); ) {
    const size = random() < BURST_CHANCE ? pick(random, BURST_SIZES) : 1;
    for (let each = 0; each < size; each++, index++) {
      await sender.below(MAX_IN_FLIGHT);
      const alert = nextAlert(random, seed, index, Date.now());
      sender.send(alert);
      if (random() < TWIN_CHANCE) sender.send(alert);
      if (random() < REPEAT_CHANCE) sender.send(pick(random, sender.signals).alert);
    }
    await sleep(-Math.log(1 - random()) * MEAN_GAP_MS);
  }
  await sender.below(1);
}
