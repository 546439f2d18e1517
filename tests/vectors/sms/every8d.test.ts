import { expect, test } from "bun:test";
import { errorCodes, readStatus, statusCodes } from "../../../src/sms/connectors/every8d/errors.ts";
import {
  parseCallback,
  parseCreditReply,
  parseFilterReply,
  parseSendReply,
  parseStatusReply,
  readStamp,
  sendForm,
} from "../../../src/sms/connectors/every8d/mapping.ts";

const ZERO = "00000000-0000-0000-0000-000000000000";

/** Replies of `SendSMS` as public clients of Every8d's API have recorded them, and variants of them. */
const sendReplies: [reply: string, reading: ReturnType<typeof parseSendReply>][] = [
  [`87.00,1,1,0,${ZERO}`, { kind: "sent", batchId: ZERO, points: "1" }],
  [`87.00,1,1,0,${ZERO}\r\n`, { kind: "sent", batchId: ZERO, points: "1" }],
  [`79,1,2.5,0,${ZERO}`, { kind: "sent", batchId: ZERO, points: "2.5" }],
  ["-99, 主機端發生不明錯誤，請與廠商窗口聯繫。", { kind: "error", code: "-99" }],
  ["-99,x", { kind: "error", code: "-99" }],
  ["-300", { kind: "error", code: "-300" }],
  [`-1.00,0,0,0,${ZERO}`, { kind: "error", code: "-1" }],
  [`0.50,0,0,1,${ZERO}`, { kind: "no_credit" }],
  [`87.00,0,0,0,${ZERO}`, { kind: "unreadable" }],
  ["87.00,1,1,0,none", { kind: "unreadable" }],
  ["87.00,1,1,0", { kind: "unreadable" }],
  [`87.00,one,1,0,${ZERO}`, { kind: "unreadable" }],
  ["", { kind: "unreadable" }],
  ["<html></html>", { kind: "unreadable" }],
];
for (const [reply, reading] of sendReplies) {
  test(`SendSMS answers ${JSON.stringify(reply)}`, () => expect(parseSendReply(reply)).toEqual(reading));
}

test("SendSMS form: national number, validity in whole minutes, the attempt as subject", () => {
  const message = { attemptId: ZERO, recipient: "+886912345678", text: "a,b\n瓦", validForSeconds: 3_599 };
  expect(sendForm(message)).toEqual({ SB: ZERO, MSG: "a,b\n瓦", DEST: "0912345678", RETRYTIME: "59" });
  expect(sendForm({ ...message, validForSeconds: 60 }).RETRYTIME).toBe("1");
  expect(sendForm({ ...message, validForSeconds: 86_400 }).RETRYTIME).toBe("1440");
});

test("delivery status as TAB text: two rows of one batch may carry the same number", () => {
  const reply = "2\nTest\t+886987654321\t2017/12/18 23:14:17\t1\t100\n\t+886987654321\t2017/12/18 23:14:18\t0\t101\n";
  const row = { recipient: "+886987654321", recordNumber: "", receivedAt: "" };
  expect(parseStatusReply(reply)).toEqual([
    { ...row, sentAt: "20171218231417", status: "100" },
    { ...row, sentAt: "20171218231418", status: "101" },
  ]);
  expect(parseStatusReply("0")).toEqual([]);
  expect(parseStatusReply("-9, no such batch")).toBeUndefined();
  expect(parseStatusReply("1\nonly\tthree\tfields")).toBeUndefined();
});

test("delivery status as JSON", () => {
  const data = {
    MR: "7",
    NAME: "",
    MOBILE: "+886912345678",
    SEND_TIME: "2025-11-24 16:00:00",
    COST: "1",
    STATUS: 100,
    REAL_COST: "1",
    RECEIVED_TIME: "2025-11-24 16:00:09",
  };
  expect(parseStatusReply(JSON.stringify({ SMS_COUNT: 1, BID: ZERO, DATA: [data] }))).toEqual([
    {
      recipient: "+886912345678",
      recordNumber: "7",
      status: "100",
      sentAt: "20251124160000",
      receivedAt: "20251124160009",
    },
  ]);
  expect(parseStatusReply(`{"SMS_COUNT":0,"BID":"${ZERO}"}`)).toEqual([]);
  expect(parseStatusReply('{"SMS_COUNT":1,"DATA":[{}]}')).toBeUndefined();
  expect(parseStatusReply("{")).toBeUndefined();
});

test("duplicate filter: numbers and batches of the earlier sends, by recipient", () => {
  const other = "11111111-1111-1111-1111-111111111111";
  const reply = `0,0,0,0,0,0912345678/+886987654321,${ZERO}/${other}`;
  expect(parseFilterReply(reply, "+886912345678")).toEqual({ kind: "duplicates", batchIds: [ZERO] });
  expect(parseFilterReply(reply, "+886987654321")).toEqual({ kind: "duplicates", batchIds: [other] });
  expect(parseFilterReply("0,0,0,0,0,,", "+886912345678")).toEqual({ kind: "duplicates", batchIds: [] });
  expect(parseFilterReply("-2, ?", "+886912345678")).toEqual({ kind: "error", code: "-2" });
  expect(parseFilterReply(`0,0,0,0,0,0912345678,${ZERO}/${other}`, "+886912345678")).toEqual({ kind: "unreadable" });
  expect(parseFilterReply(`87.00,1,1,0,${ZERO}`, "+886912345678")).toEqual({ kind: "unreadable" });
});

test("callback as recorded by a public client", () => {
  const query = `BatchID=${ZERO}&RM=%2B886987654321&RT=20090210120000&STATUS=100&SM=Reply%2C+Hello&MR=001`;
  expect(parseCallback(new URLSearchParams(query))).toEqual({
    kind: "receipt",
    receipt: {
      providerMessageId: ZERO,
      recipient: "+886987654321",
      recordNumber: "001",
      providerStatus: "100",
      state: "delivered",
      providerTime: "20090210120000",
    },
  });
  expect(parseCallback(new URLSearchParams(query.replace("%2B", "+")))).toMatchObject({ kind: "receipt" });
  expect(parseCallback(new URLSearchParams(query.replace("STATUS=100", "STATUS=999")))).toEqual({ kind: "reply" });
});

/** Status → canonical state and whose fault, row by row (API 2.1, document v2.2, appendix). */
const statuses: [code: string, state: string | undefined, failureClass?: string][] = [
  ["0", "sent"],
  ["700", "sent"],
  ["100", "delivered"],
  ["101", "undelivered", "handset"],
  ["102", "undelivered", "carrier"],
  ["103", "undelivered", "recipient"],
  ["104", "undelivered", "recipient"],
  ["105", "undelivered", "content"],
  ["106", "undelivered", "content"],
  ["107", "expired", "handset"],
  ["300", "scheduled"],
  ["301", "rejected", "account"],
  ["303", "cancelled"],
  ["500", "rejected", "account"],
  ["888", "sent"],
  ["999", undefined],
];
test("every delivery status", () => {
  expect(Object.keys(statusCodes)).toHaveLength(statuses.length);
  for (const [code, state, failureClass] of statuses) {
    const { state: read, failureClass: fault } = readStatus(code);
    expect([code, read, fault]).toEqual([code, state, failureClass]);
  }
});

/** Negative code → class, row by row (same appendix). */
const errors: Record<string, string[]> = {
  request: ["-1", "-4", "-6", "-28", "-7", "-15", "-20", "-24", "-41"],
  account: ["-2", "-100", "-101", "-300", "-11", "-12", "-13", "-14", "-16"],
  recipient: ["-3", "-8", "-10"],
  content: ["-5"],
  query: ["-9", "-21"],
  unknown: ["-99"],
};
test("every negative code", () => {
  expect(Object.keys(errorCodes)).toHaveLength(Object.values(errors).flat().length);
  for (const [errorClass, codes] of Object.entries(errors)) {
    for (const code of codes) expect([code, errorCodes[code]?.errorClass as string]).toEqual([code, errorClass]); // as: compared as text
  }
});

test("a negative code as a delivery status is a rejection; an unlisted, query or unclear one says nothing", () => {
  expect(readStatus("-3")).toMatchObject({ state: "rejected", failureClass: "recipient" });
  for (const code of ["-99", "-9", "-4711", "4711"]) expect(readStatus(code).state).toBeUndefined();
});

test("stamps are Taipei time", () => {
  expect(readStamp("20251124160000")?.toISOString()).toBe("2025-11-24T08:00:00.000Z");
  for (const bad of ["", "2025112416000", "20250230120000", "20251124250000"]) expect(readStamp(bad)).toBeUndefined();
});

test("the balance: a number, or JSON with a token; anything else is none", () => {
  expect(parseCreditReply("79.00")).toBe("79.00");
  expect(parseCreditReply('{"Result":true,"Credit":"79.5"}')).toBe("79.5");
  expect(parseCreditReply("-101,帳號或密碼錯誤")).toBeUndefined();
  expect(parseCreditReply("<html>")).toBeUndefined();
});
