// All that setup makes in a project, as data: APIs, identities with their roles, secrets, settings, policies. Derived
// from the code's own tables where there is one, so that a function that needs more is given more.

import { APIS, EGRESS_APIS } from "#deploy/apis.ts";
import { GRANTS, type IdentityName, type Scope } from "#deploy/roles.ts";
import type { VenueId } from "#domain/documents/account.ts";
import { IDENTITIES as ADDRESSES, FUNCTIONS, REGION } from "#entry/options.ts";
import type { Answers } from "./answers.ts";
import type { GrantPlace, RoleGrant } from "./cloud-project.ts";

/** Each with what it is for. */
export function neededApis({
  fixedAddress,
}: Pick<Answers, "fixedAddress">): Readonly<Record<string, string>> {
  return fixedAddress === "yes" ? { ...APIS, ...EGRESS_APIS } : APIS;
}

/** Each as a function lists it. */
export const SECRETS: readonly string[] = [
  ...new Set(
    Object.values(FUNCTIONS).flatMap((options) => ("secrets" in options ? (options.secrets ?? []) : [])),
  ),
].toSorted();

interface IdentityPlan {
  readonly id: string;
  readonly title: string;
}

const TITLES: Readonly<Record<IdentityName, string>> = {
  edge: "Ballast: meets strangers, publishes and enqueues",
  trader: "Ballast: acts at venues, reads venue keys",
  teller: "Ballast: tells people, reads markets",
  caller: "Ballast: calls task functions",
};

export const IDENTITIES: readonly IdentityPlan[] = (Object.keys(ADDRESSES) as IdentityName[]).map((name) => ({
  id: idOf(name),
  title: TITLES[name],
}));

function idOf(name: IdentityName): string {
  return ADDRESSES[name].replace(/@.*$/, "");
}

/** As deploy/roles.ts lists them. Those on a function wait for its deployment. */
export function grantsFor(projectId: string, when: "before deploy" | "after deploy"): readonly RoleGrant[] {
  const isLate = when === "after deploy";
  return GRANTS.filter(({ scope }) => (scope.on === "function") === isLate).map(
    ({ identity, role, scope }) => ({
      role,
      member: `serviceAccount:${idOf(identity)}@${projectId}.iam.gserviceaccount.com`,
      on: placeOf(scope),
      secretPrefix: scope.on === "secrets" ? scope.prefix : null,
    }),
  );
}

function placeOf(scope: Scope): GrantPlace {
  if (scope.on === "identity") return { kind: "serviceAccount", id: idOf(scope.name) };
  return scope.on === "function" ? { kind: "function", name: scope.name } : { kind: "project" };
}

export function budgetName(projectId: string): string {
  return `ballast ${projectId}`;
}

export interface SettingAnswers {
  readonly environment: string;
  readonly projectId: string;
  readonly projectNumber: string;
  readonly paperOrigins: Readonly<Record<VenueId, string>>;
  readonly notifierUrl: string | null;
}

/** `functions/.env.<projectId>`: every setting of a deployment that is no secret (functions/src/config.ts). */
export function settingsFor(answers: SettingAnswers): Readonly<Record<string, string>> {
  const { environment, projectId, projectNumber, paperOrigins, notifierUrl } = answers;
  return {
    BALLAST_ENVIRONMENT: environment,
    BALLAST_LOCATION: REGION,
    BALLAST_PAPER_VENUE_ORIGIN: paperOrigins["binance-usdm"],
    BALLAST_PAPER_BYBIT_ORIGIN: paperOrigins["bybit-linear"],
    BALLAST_PROJECT_NUMBER: projectNumber,
    BALLAST_TASK_INVOKER: ADDRESSES.caller.replace("{{ params.PROJECT_ID }}", projectId),
    // A new project has no instance of release 0.1.0.
    BALLAST_STAMPS: "all",
    ...(notifierUrl === null ? {} : { BALLAST_NOTIFIER_URL: notifierUrl }),
  };
}

export interface IndexFile {
  readonly indexes: readonly object[];
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string;
    readonly fieldPath: string;
    readonly ttl?: boolean;
  }[];
}

/** `orders/expireAt` for every field whose documents expire. */
export function ttlFieldsOf({ fieldOverrides }: IndexFile): readonly string[] {
  return fieldOverrides
    .filter(({ ttl }) => ttl === true)
    .map(({ collectionGroup, fieldPath }) => `${collectionGroup}/${fieldPath}`);
}
