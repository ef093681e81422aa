// Google's two shapes of an answer, for tests.
import type { RestAnswer } from "#tools/setup/google/rest.ts";

export const ok = (body: object): RestAnswer => ({ status: 200, body });
export const refused = (status: number, message: string): RestAnswer => ({
  status,
  body: { error: { code: status, message } },
});
