import { describe, expect, test } from "bun:test";
import { gatewayErrors } from "@luckygas/gateway-client";
import { describeError, toTrpcError } from "../../../src/http/errors.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { call, createTestApp, tokenFor } from "../../support/http-app.ts";

/** The table that callers rely on, written out a second time. */
const table = {
  invalid_input: ["BAD_REQUEST", 400],
  unauthenticated: ["UNAUTHORIZED", 401],
  forbidden: ["FORBIDDEN", 403],
  not_found: ["NOT_FOUND", 404],
  conflict: ["CONFLICT", 409],
  state_not_allowed: ["PRECONDITION_FAILED", 412],
  unsupported: ["NOT_IMPLEMENTED", 501],
  provider_rejected: ["UNPROCESSABLE_CONTENT", 422],
  rate_limited: ["TOO_MANY_REQUESTS", 429],
  provider_unavailable: ["SERVICE_UNAVAILABLE", 503],
  provider_misconfigured: ["INTERNAL_SERVER_ERROR", 500],
  internal: ["INTERNAL_SERVER_ERROR", 500],
} as const;

describe("each code has its tRPC name and HTTP status, in tRPC and in REST", () => {
  for (const code of Object.keys(gatewayErrors) as (keyof typeof gatewayErrors)[]) {
    test(code, async () => {
      const [name, status] = table[code];
      const { app } = createTestApp({
        handlers: {
          "system.whoAmI": async () => {
            throw new OperationError(code, "public text");
          },
        },
      });
      for (const path of ["/trpc/system.whoAmI", "/api/v1/who-am-i"]) {
        const response = await call(app, path, { token: await tokenFor() });
        const { error } = await response.json();
        expect(response.status).toBe(status);
        expect(error.message).toBe("public text");
        expect(error.data).toMatchObject({ code: name, httpStatus: status, gateway: { code } });
      }
    });
  }
});

test("the table here is the whole table", () =>
  expect(Object.keys(gatewayErrors).sort()).toEqual(Object.keys(table).sort()));

test("an unknown error's text never becomes public", () => {
  expect(describeError(toTrpcError(new Error("relation invoices, password hunter2"))).message).toBe("internal error");
  expect(describeError(toTrpcError("hunter2")).message).toBe("internal error");
});
