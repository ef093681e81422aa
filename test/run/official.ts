// `npm test -- --official`: the suites that our own Firestore and Google's emulator have to pass alike, over Google's. It
// needs Java 21; firebase-tools downloads the emulator. Each project of a test gets the rules from the test itself.
import { bin } from "./step.ts";
import { type Suites, suites } from "./suites.ts";

/** As firebase.json says. */
const FIRESTORE_HOST = "127.0.0.1:8080";
const SUITES = [
  "test/rules/served-rules.test.ts",
  "test/contract/documents.firestore.test.ts",
  "test/emulator/firestore/conformance",
];

export function officialSuites(): Suites {
  const { step, resultFile } = suites("over Google's emulator", SUITES, null);
  const inside = step.command.map((word) => `'${word}'`).join(" ");
  const exec = ["emulators:exec", "--only", "firestore", "--project", "demo-ballast", inside];
  return {
    step: {
      name: step.name,
      command: [bin("firebase"), ...exec],
      env: { ...step.env, BALLAST_CONFORMANCE_FIRESTORE_HOST: FIRESTORE_HOST },
    },
    resultFile,
  };
}
