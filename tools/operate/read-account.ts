// An account's documents for showing them: what cannot be read is said, never left out and never shown as empty.
import { decode, UnusableDocumentError } from "../../functions/src/app/codec.ts";
import type { AccountProfile } from "../../functions/src/domain/account.ts";
import type { AccountConfig } from "../../functions/src/domain/config.ts";
import type { ControlState } from "../../functions/src/domain/control.ts";
import type { Nav, Peak } from "../../functions/src/domain/nav.ts";
import { paths } from "../../functions/src/domain/paths.ts";
import type { Alert } from "../../functions/src/domain/records.ts";
import type { DocumentPort, DocumentSnapshot } from "../../functions/src/ports/documents.ts";
import { controlStateSchema } from "../../functions/src/schemas/books.ts";
import { accountConfigSchema, accountProfileSchema } from "../../functions/src/schemas/config.ts";
import { navSchema, peakSchema } from "../../functions/src/schemas/nav.ts";
import { alertSchema } from "../../functions/src/schemas/records.ts";

export interface AccountRead {
  readonly accountId: string;
  readonly profile: AccountProfile | null;
  readonly control: ControlState | null;
  readonly config: AccountConfig | null;
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  /** Newest first, acknowledged ones left out. */
  readonly openAlerts: readonly Alert[];
  /** What is missing or unreadable, in words. */
  readonly faults: readonly string[];
}

const ALERTS = 50;

export async function readAccount(documents: DocumentPort, accountId: string): Promise<AccountRead> {
  const faults: string[] = [];
  const wanted = [
    paths.account(accountId),
    paths.control(accountId),
    paths.config(accountId),
    paths.nav(accountId),
    paths.peak(accountId),
  ];
  const snapshots = await documents.getAll(wanted);
  const read = <T>(place: number, schema: Parameters<typeof decode<T>>[0]): T | null => {
    const snapshot = snapshots[place] ?? { path: wanted[place] ?? "", data: null, version: null };
    return readOne(snapshot, schema, faults);
  };
  const alerts = await documents.query({
    collection: paths.alerts(accountId),
    orderBy: { field: "atMs", direction: "desc" },
    limit: ALERTS,
  });
  return {
    accountId,
    profile: read(0, accountProfileSchema),
    control: read(1, controlStateSchema),
    config: read(2, accountConfigSchema),
    nav: read(3, navSchema),
    peak: read(4, peakSchema),
    openAlerts: alerts
      .flatMap((snapshot) => readOne(snapshot, alertSchema, faults) ?? [])
      .filter(({ acknowledgedAtMs }) => acknowledgedAtMs === null),
    faults,
  };
}

function readOne<T>(
  snapshot: DocumentSnapshot,
  schema: Parameters<typeof decode<T>>[0],
  faults: string[],
): T | null {
  try {
    const value = decode(schema, snapshot);
    if (value === null) faults.push(`${snapshot.path} does not exist`);
    return value;
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    faults.push(error.message);
    return null;
  }
}
