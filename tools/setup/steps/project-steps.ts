// Needed in a project before anything of Ballast is in it: APIs, the database in the functions' region, identities with
// their roles, sign-in that is closed to strangers, a budget alert.

import { REGION } from "#entry/options.ts";
import type { GrantPlace, RoleGrant } from "../cloud-project.ts";
import { budgetName, grantsFor, IDENTITIES, neededApis } from "../plan.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";

export function projectSteps(parts: SetupParts): readonly Step[] {
  return [
    apis(parts),
    firebase(parts),
    database(parts),
    identities(parts),
    roles(parts, "before deploy"),
    signIn(parts),
    budget(parts),
  ];
}

function apis({ project, answers }: SetupParts): Step {
  const needed = neededApis(answers);
  const missing = async () => {
    const enabled = await project.enabledApis();
    return Object.keys(needed).filter((name) => !enabled.has(name));
  };
  return {
    name: "APIs",
    needs: [],
    wants: Object.keys(needed),
    missing: async () => (await missing()).map((name) => `${name}: ${needed[name]}`),
    apply: async () => project.enableApis(await missing()),
  };
}

function firebase({ project, projectId }: SetupParts): Step {
  const wants = [`${projectId} as a Firebase project`];
  return {
    name: "Firebase",
    needs: ["APIs"],
    wants,
    missing: async () => ((await project.isFirebase()) ? [] : wants),
    apply: () => project.addFirebase(),
  };
}

function database({ project, projectId }: SetupParts): Step {
  const created = `Firestore in ${REGION}, where the functions are; its location stays for good`;
  const protectedLine = "deletion protection, and seven days of point-in-time recovery";
  return {
    name: "database",
    needs: ["APIs", "Firebase"],
    wants: [created, protectedLine],
    async missing() {
      const found = await project.database();
      if (found === null) return [created, protectedLine];
      if (found.location !== REGION)
        throw new Error(
          `the database of ${projectId} is in ${found.location} and the functions are in ${REGION}. A database cannot be moved: use a new project`,
        );
      return found.deleteProtected && found.pointInTimeRecovery ? [] : [protectedLine];
    },
    async apply(missing) {
      if (missing.includes(created)) await project.createDatabase(REGION);
      else await project.protectDatabase();
    },
  };
}

function identities({ project }: SetupParts): Step {
  const missing = async () => {
    const present = await project.serviceAccounts();
    return IDENTITIES.filter(({ id }) => !present.has(id));
  };
  return {
    name: "service accounts",
    needs: ["APIs"],
    wants: IDENTITIES.map(({ id, title }) => `${id}: ${title}`),
    missing: async () => (await missing()).map(({ id, title }) => `${id}: ${title}`),
    async apply() {
      for (const { id, title } of await missing()) await project.createServiceAccount(id, title);
    },
  };
}

/** `before deploy`: all but those on functions, which have no place to stand yet. */
export function roles({ project, projectId }: SetupParts, when: Parameters<typeof grantsFor>[1]): Step {
  const wanted = grantsFor(projectId, when);
  const missing = async (): Promise<readonly RoleGrant[]> => {
    const found: RoleGrant[] = [];
    for (const [place, grants] of byPlace(wanted)) {
      const present = new Set((await project.grants(place)).map(lineOf));
      found.push(...grants.filter((grant) => !present.has(lineOf(grant))));
    }
    return found;
  };
  return {
    name: when === "before deploy" ? "roles" : "roles on functions",
    needs: when === "before deploy" ? ["APIs", "service accounts"] : ["APIs", "functions and page"],
    wants: wanted.map(lineOf),
    missing: async () => (await missing()).map(lineOf),
    async apply() {
      for (const [, grants] of byPlace(await missing())) await project.grant(grants);
    },
  };
}

function byPlace(grants: readonly RoleGrant[]): ReadonlyMap<GrantPlace, readonly RoleGrant[]> {
  const places = new Map(grants.map(({ on }) => [JSON.stringify(on), on]));
  return new Map(
    [...places].map(([key, on]) => [on, grants.filter((grant) => JSON.stringify(grant.on) === key)]),
  );
}

function lineOf({ member, role, on, secretPrefix }: RoleGrant): string {
  const place = on.kind === "project" ? "the project" : on.kind === "function" ? on.name : on.id;
  const only = secretPrefix === null ? "" : `, for secrets ${secretPrefix}*`;
  return `${role} on ${place} to ${member}${only}`;
}

function signIn({ project }: SetupParts): Step {
  const wants = ["sign-in by password, closed to strangers: users are made by an operator"];
  return {
    name: "sign-in",
    needs: ["APIs", "Firebase"],
    wants,
    async missing() {
      const found = await project.signIn();
      return found !== null && found.byPassword && !found.openToStrangers ? [] : wants;
    },
    apply: () => project.closeSignUp(),
  };
}

function budget({ project, projectId, answers }: SetupParts): Step {
  const { budgetUsd } = answers;
  const name = budgetName(projectId);
  const wants =
    budgetUsd === 0 ? [] : [`budget "${name}": mails at 50, 90 and 100 % of ${budgetUsd} USD a month`];
  return {
    name: "budget alert",
    needs: ["APIs"],
    wants,
    async missing() {
      if (wants.length === 0) return [];
      const budgets = await project.budgets();
      if (budgets === null)
        throw new Error(
          "the project has no billing account, and functions need one: link it in the Google Cloud console, then run setup again",
        );
      return budgets.includes(name) ? [] : wants;
    },
    apply: () => project.createBudget(name, budgetUsd),
  };
}
