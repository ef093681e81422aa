// Operator command: prints docs/roles.md, made from the table of roles. A test holds the file to it.
//   node tools/roles-page.ts > docs/roles.md
import { fileURLToPath } from "node:url";
import {
  COMMAND_TABLE,
  COMMANDS_OF_A_MACHINE,
  type CommandRow,
  READER_TABLE,
  type Readers,
  SIGN_IN_FRESH_MS,
} from "#domain/command/role-table.ts";
import { COMMAND_ROLES, LOOSENING_COMMANDS } from "#domain/documents/words.ts";

const POWER_WORDS = { yes: "yes", given: "if its entry lists it", no: "–" } as const;

const READER_WORDS: Readonly<Record<Readers, readonly string[]>> = {
  //          operator listed  other role, not listed
  account: ["yes", "yes", "–"],
  anyClaim: ["yes", "yes", "yes"],
  operator: ["yes", "–", "–"],
  none: ["–", "–", "–"],
};

export function rolesPage(): string {
  return [...INTRODUCTION, ...commands(), ...documents()].join("\n");
}

const INTRODUCTION = [
  "# Roles",
  "",
  "Who may command what and who may read what. This page is printed from the table in `functions/src/domain/command/role-table.ts` by `node tools/roles-page.ts`; the commands function decides by that table, and tests hold function, security rules and this page to it, cell by cell.",
  "",
  "| role | who | accounts |",
  "|---|---|---|",
  '| operator | a person: claim `role: "operator"`; or a person\'s own signing secret: `"role": "operator"` in `BALLAST_MACHINE_SECRETS` | all; with a secret, those of its entry |',
  '| trader | a person: claim `role: "trader"` | those of the claim `accounts` |',
  "| machine | a program: an entry of `BALLAST_MACHINE_SECRETS` | those of its entry |",
  '| viewer | every other user: claim `role: "viewer"`, or `accounts` alone | none to command |',
  "",
];

function commands(): readonly string[] {
  const header = ["command", ...COMMAND_ROLES];
  const rows = (Object.keys(COMMAND_TABLE) as CommandRow[]).map((row) => [
    row.includes(" ") ? row : `\`${row}\``,
    ...COMMAND_ROLES.map((role) => POWER_WORDS[COMMAND_TABLE[row][role]]),
  ]);
  const given = COMMANDS_OF_A_MACHINE.map((kind) => `\`${kind}\``).join(", ");
  const loosening = LOOSENING_COMMANDS.map((kind) => `\`${kind}\``).join(", ");
  return [
    "## Commands",
    "",
    "For the role's own accounts. Confirming a command takes the same power as posting it.",
    "",
    ...table(header, rows),
    "",
    `A machine's entry lists its \`commands\`; without a list they are ${given}. After a drawdown an operator has to have posted or confirmed the command.`,
    "",
    `${loosening} let more trading through. For them a person must have signed in within the last ${SIGN_IN_FRESH_MS / 60_000} minutes. Where the config names the command in \`confirmation.bySecondPerson\`, another signed-in user has to confirm it. Where it names it in \`confirmation.withSecondFactor\`, everybody who posts or confirms it must have signed in with a second factor. Nothing else is ever asked for \`stop\`, \`pause\` and \`flatten\`.`,
    "",
  ];
}

function documents(): readonly string[] {
  const rows = Object.entries(READER_TABLE).map(([kind, readers]) => [kind, ...READER_WORDS[readers]]);
  return [
    "## Documents",
    "",
    "Reading, by a client. No client writes any document, and a kind that is not listed is closed to all. An account is the user's own where the claim `accounts` lists it, whatever the role.",
    "",
    ...table(
      ["document", "operator", "user with the account", "any other user with a role or an account"],
      rows,
    ),
    "",
  ];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(rolesPage());
