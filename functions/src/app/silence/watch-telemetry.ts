// The reconcile schedule's part in telling people: its health ping, another try while documents for people cannot be
// stored, and past the configured silence a halt; and an overview that lacks what is open. Must not fail the pass that it is
// part of.

import type { Books, ExecutionDeps } from "#app/books";
import { changeControl, isShownWhole } from "#app/books";
import { encode } from "#app/documents";
import { raiseAlert } from "#app/telling";
import { isHeldByOther } from "#domain/books/lease.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { pingsPublisher } from "#domain/nav/nav-cadence.ts";
import { type PublisherPing, TELEMETRY_ACTOR } from "#domain/telling/telemetry-silence.ts";
import { haltOf } from "./halt-if-silent.ts";

const HOUR_MS = 3_600_000;

/** An idle account is pinged in its free minute of five, one that holds something every minute. */
export async function watchTelemetry(deps: ExecutionDeps, control: ControlState): Promise<void> {
  const { accountId, telemetryFailingSinceMs } = control;
  const nowMs = deps.clock.nowMs();
  const isExposed = Object.keys(control.slots).length > 0;
  const isFirst = deps.publisher.health(accountId).storedAtMs === null;
  const isFailing = telemetryFailingSinceMs !== null;
  let isPinged = true;
  if (isFirst || isExposed || isFailing || pingsPublisher(nowMs)) isPinged = await ping(deps, control);
  if (isFailing || !isPinged) return await tryAgain(deps, accountId);
  // The pass's own books: they cost no read, and an account that holds nothing has none to miss.
  const books = deps.cache.get(accountId);
  if (isExposed && books !== undefined && lacksGroups(books)) await showGroups(deps, accountId);
}

/** An overview of a later release is that release's to mend. */
function lacksGroups(books: Books): boolean {
  return !isShownWhole(books) && !books.newer.includes(paths.overview(books.accountId));
}

/** By fresh books; while another holder is at work it shows by itself what it does. */
async function showGroups(deps: ExecutionDeps, accountId: string): Promise<void> {
  await changeControl(deps, accountId, TELEMETRY_ACTOR, (books) => {
    const { control } = books;
    if (!lacksGroups(books) || isHeldByOther(control.lease, deps.holderId, deps.clock.nowMs())) return null;
    return { kind: "OVERVIEW_MENDED", subject: accountId, control };
  });
}

async function ping(deps: ExecutionDeps, control: ControlState): Promise<boolean> {
  const { accountId, telemetryFailingSinceMs: failingSinceMs } = control;
  const { circuit, failures, lastError } = deps.publisher.health(accountId);
  const pingedAtMs = deps.clock.nowMs();
  const data: PublisherPing = { accountId, pingedAtMs, circuit, failures, lastError, failingSinceMs };
  const path = paths.telemetry(accountId, "publisher");
  if (await deps.publisher.publish({ accountId, path, data: encode(data) })) return true;
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: "PUBLISHER_FAILING",
    message: `Documents for people cannot be stored: ${deps.publisher.health(accountId).lastError ?? "unknown"}`,
    remedy: "Check the store and the function's rights; past maxTelemetrySilenceMs trading halts",
    dedupeKey: String(Math.floor(pingedAtMs / HOUR_MS)),
  });
  return false;
}

/**
 * A commit with what people see; past the limit it is the halt itself. Were the halt a second commit, a process that dies
 * between the two again and again would never come to it.
 */
async function tryAgain(deps: ExecutionDeps, accountId: string): Promise<void> {
  await changeControl(deps, accountId, TELEMETRY_ACTOR, (books) => {
    const { control } = books;
    const sinceMs = control.telemetryFailingSinceMs;
    const silence = sinceMs === null ? null : { what: "Nothing could be shown", sinceMs };
    const halt = silence === null ? null : haltOf(books, silence, deps.clock.nowMs());
    return halt ?? { kind: "TELEMETRY_TRIED", subject: accountId, control };
  });
}
