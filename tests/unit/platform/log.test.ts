import { expect, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { createLog, type LogLevel, maskText } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";

function written(level: LogLevel = "DEBUG") {
  const lines: string[] = [];
  return { lines, log: createLog({ level, clock: systemClock, write: (line) => lines.push(line) }) };
}

test("a line is one JSON object in Cloud Logging's shape, with the fields of its log", () => {
  const { lines, log } = written();
  log.child({ service: "sms", provider: "every8d" }).warn("No answer", { error_type: "timeout" });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    severity: "WARNING",
    message: "No answer",
    service: "sms",
    provider: "every8d",
    error_type: "timeout",
  });
});

test("lines below the level are not written", () => {
  const { lines, log } = written("ERROR");
  log.info("quiet");
  log.warn("quiet");
  log.error("loud");
  expect(lines.length).toBe(1);
});

test("what must not be written is masked wherever it stands: fields, nested fields, messages, errors and their causes", () => {
  const { lines, log } = written();
  const secrets = [
    "+886912345678",
    "0912345678",
    "hunter2",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
    "12345678901234",
  ];
  const cause = new Error(`call 0912345678 with Bearer ${secrets[3]}`);
  log.error("Sending to +886912345678 failed", {
    password: "hunter2",
    nested: { api_key: "hunter2", list: ["0912345678"] },
    held: new Secret("hunter2"),
    error: new Error("account 12345678901234", { cause }),
  });
  const text = lines.join("\n");
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).toContain("0912***678");
});

test("an error's own properties, which may hold query parameters, are not written", () => {
  const { lines, log } = written();
  log.error("failed", { error: Object.assign(new Error("insert"), { parameters: ["hunter2"], query: "hunter2" }) });
  expect(lines.join()).not.toContain("hunter2");
});

test("amounts, ids and times are left as they are", () => {
  const text = "batch 018f2d3c-1111-7000-8000-123456789012 of 2026-01-31T16:00:00.000Z, 1200 dollars, AA10000001";
  expect(maskText(text)).toBe(text);
});

test("the values of a failed statement, which drizzle puts at the end of its message, are not written", () => {
  const lines: string[] = [];
  const clock = { now: () => new Date(0), sleep: async () => {} };
  const error = new Error(
    "Failed query: insert into sms_messages values ($1, $2)\nparams: 張三,驗證碼 839201\nsecond line",
  );
  createLog({ level: "INFO", clock, write: (line) => lines.push(line) }).error("x", {
    error: new Error("outer", { cause: error }),
  });
  expect(lines.join("")).toContain("Failed query: insert into sms_messages");
  expect(lines.join("")).toContain("log.test.ts");
  expect(lines.join("")).not.toMatch(/張三|839201|second line/);
});
