// A command that lets more trading through, from a page that was left open: the function asks for a recent sign-in, and the
// form asks for the password, signs in again in place and sends the same command. Nothing that was typed is lost, and the
// password stands nowhere but in the sign-in.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { SIGN_IN_FRESH_MS } from "#domain/command/role-table.ts";
import { writeDocuments } from "./account-documents.ts";
import { type DashboardStack, eventually, signIn, startDashboardStack } from "./dashboard-stack.ts";
import { ACCOUNT } from "./order-rows.ts";
import { brakedControl, riskDocuments } from "./risk-documents.ts";

const LATE = { email: "late@example.test", password: "left-the-page-open" };
let stack: DashboardStack;

beforeAll(async () => {
  stack = await startDashboardStack();
  atAnEarlierTime();
  // A token is void from before its user was made.
  await stack.auth.addUser(LATE.email, LATE.password, { role: "operator" });
  vi.useRealTimers();
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  stack.commands.posted.length = 0;
  const nowMs = Date.now();
  await writeDocuments(stack.firestore.admin, riskDocuments(nowMs));
  await stack.firestore.admin
    .doc(`accounts/${ACCOUNT}/control/state`)
    .set(brakedControl(nowMs, { session: null }));
});
afterEach(() => {
  vi.useRealTimers();
});

/** The sign-in service runs in this process, by this process's date. */
function atAnEarlierTime(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - SIGN_IN_FRESH_MS - 60_000 });
}

/** A page whose person signed in over a quarter of an hour ago, and now orders a start. */
async function lateStart() {
  const open = await stack.openPage();
  const { page } = open;
  atAnEarlierTime();
  await signIn(page, `${stack.hosting.url}?account=${ACCOUNT}#risk`, LATE);
  await page.getByTestId("brake-list").waitFor();
  vi.useRealTimers();
  await page.getByTestId("command-start").click();
  expect(await page.getByTestId("command-password").count()).toBe(0);
  await page.getByTestId("command-stopLossUsd").fill("9800");
  await page.getByTestId("command-reason").fill("Evening session");
  await page.getByTestId("command-accountName").fill("Main");
  await page.getByTestId("command-send").click();
  await eventually(() => page.getByTestId("command-fault").innerText()).toContain("sign-in is too old");
  return open;
}

it("signs in again in the form, and the same command is then stored and followed", async () => {
  await using open = await lateStart();
  const { page } = open;
  expect(await page.getByTestId("command-reason").inputValue()).toBe("Evening session");
  await page.getByTestId("command-password").fill(LATE.password);
  await page.getByTestId("command-send").click();
  await eventually(() => page.getByTestId("command-progress").innerText()).toContain("in sequence");
  expect(await page.getByTestId("command-password").count()).toBe(0);
  const [refused, ...sent] = stack.commands.posted;
  expect(sent.map(({ path }) => path)).toEqual([
    "/commands",
    expect.stringMatching(/^\/commands\/.+\/confirm$/),
  ]);
  expect(sent[0]).toMatchObject({ idempotencyKey: refused?.idempotencyKey, body: refused?.body });
  expect(sent[0]?.authorization).not.toBe(refused?.authorization);
  expect(JSON.stringify(stack.commands.posted)).not.toContain(LATE.password);
});

it("sends nothing after a wrong password, says so, and takes the right one", async () => {
  await using open = await lateStart();
  const { page } = open;
  await page.getByTestId("command-password").fill("not-this-one");
  await page.getByTestId("command-send").click();
  await eventually(() => page.getByTestId("command-fault").innerText()).toContain("password is wrong");
  expect(stack.commands.posted).toHaveLength(1);
  await page.getByTestId("command-password").fill(LATE.password);
  await page.getByTestId("command-send").click();
  await page.getByTestId("command-progress").waitFor();
});

it("asks nobody whose command only brakes", async () => {
  await using open = await lateStart();
  const { page } = open;
  await page.keyboard.press("Escape");
  await page.getByTestId("command-stop").click();
  await page.getByTestId("command-reason").fill("Off");
  await page.getByTestId("command-send").click();
  await page.getByTestId("command-progress").waitFor();
});
