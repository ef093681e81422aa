// Reads an account's documents for showing them. An unreadable document is reported as such, so that a reader
// can tell it from an empty one.
import { decode, UnusableDocumentError } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { DocumentPort, DocumentSnapshot } from "#ports/documents.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { accountConfigSchema, accountProfileSchema } from "#schemas/config.ts";
import { navSchema, peakSchema } from "#schemas/nav.ts";
import { alertSchema } from "#schemas/records.ts";

export interface AccountRead {
  readonly accountId: string;
  readonly profile: AccountProfile | null;
  readonly control: ControlState | null;
  readonly config: AccountConfig | null;
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  /** Newest first, acknowledged ones left out. */
  readonly openAlerts: readonly Alert[];
  /** The missing and the unreadable documents, in words. */
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
