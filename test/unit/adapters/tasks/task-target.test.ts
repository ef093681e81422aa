// Tasks reach functions that take calls from inside only: by the one kind of address that Cloud Run counts as inside.
import { expect, it } from "vitest";
import { taskTarget } from "#adapters/tasks/task-target.ts";

const AT_GOOGLE = { taskTargetOrigin: null, projectNumber: "123456789012", location: "asia-northeast1" };

it("calls a function at Google by its service's own address", () => {
  expect(taskTarget(AT_GOOGLE, "followUp")).toBe("https://followup-123456789012.asia-northeast1.run.app");
  expect(() => taskTarget({ ...AT_GOOGLE, projectNumber: null }, "followUp")).toThrow("project number");
});

it("calls a function of the local stack below its base URL", () => {
  const local = {
    ...AT_GOOGLE,
    taskTargetOrigin: "http://127.0.0.1:5001/demo-ballast/asia-northeast1",
    projectNumber: null,
  };
  expect(taskTarget(local, "followUp")).toBe("http://127.0.0.1:5001/demo-ballast/asia-northeast1/followUp");
});
