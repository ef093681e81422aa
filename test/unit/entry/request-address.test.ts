// Guards how an address is read: as it stands, so that no signal is left unread for a bad escape.
import { expect, it } from "vitest";
import { requestAddress } from "#entry/request-address.ts";

it.each([
  ["/hooks/a", "/hooks/a", null],
  ["/hooks/a?token=b", "/hooks/a", "b"],
  ["/hooks/a?token=b?c", "/hooks/a", "b?c"],
  ["/hooks/a?x=%zz&token=b", "/hooks/a", "b"],
  ["/hooks/%zz?token=%", "/hooks/%zz", "%"],
  ["/hooks/a#b?token=c", "/hooks/a", null],
  ["https://host/hooks/a?token=b", "/hooks/a", "b"],
  ["https://host", "", null],
  ["*", "*", null],
  ["", "", null],
])("%s", (url, path, token) => {
  const address = requestAddress(url);
  expect({ path: address.path, token: address.query.get("token") }).toEqual({ path, token });
});
