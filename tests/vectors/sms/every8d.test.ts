import { expect, test } from "bun:test";
import { errorCodes, readStatus, statusCodes } from "../../../src/sms/connectors/every8d/errors.ts";
import {
  batchesOf,
  fitsBatch,
  paramBody,
  parseCallback,
  parseCancelReply,
  parseCreditReply,
  parseFilterReply,
  parseParamReply,
  parseSendReply,
  parseStatusReply,
  readStamp,
  sendForm,
} from "../../../src/sms/connectors/every8d/mapping.ts";
import { every8dCodes, every8dStatuses } from "./tables.ts";

const ZERO = "00000000-0000-0000-0000-000000000000";

/** Replies of `SendSMS` as public clients of Every8d's API have recorded them, and variants of them. */
const sendReplies: [reply: string, reading: ReturnType<typeof parseSendReply>][] = [
  [`87.00,1,1,0,${ZERO}`, { kind: "sent", batchId: ZERO, points: "1", sent: 1, unsent: 0 }],
  [`87.00,1,1,0,${ZERO}\r\n`, { kind: "sent", batchId: ZERO, points: "1", sent: 1, unsent: 0 }],
  [`79,1,2.5,0,${ZERO}`, { kind: "sent", batchId: ZERO, points: "2.5", sent: 1, unsent: 0 }],
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

test("every delivery status", () => {
  expect(Object.keys(statusCodes)).toHaveLength(every8dStatuses.length);
  for (const [code, state, failureClass] of every8dStatuses) {
    const { state: read, failureClass: fault } = readStatus(code);
    expect([code, read as string | undefined, fault as string | undefined]).toEqual([code, state, failureClass]); // as: compared as text
  }
});

test("every negative code", () => {
  expect(Object.keys(errorCodes)).toHaveLength(Object.values(every8dCodes).flat().length);
  for (const [errorClass, codes] of Object.entries(every8dCodes)) {
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

const one = {
  attemptId: "0190a5b0-7c1e-7000-8000-000000000001",
  recipient: "+886912345678",
  text: "第一行\n第二行",
  validForSeconds: 3_600,
};
const two = { ...one, attemptId: "0190a5b0-7c1e-7000-8000-000000000002", recipient: "+886987654321", text: "b" };

test("SendParam: a text of its own for each, the attempt as record number, no mail address, the shortest validity", () => {
  expect(paramBody([one, { ...two, validForSeconds: 3_599 }])).toEqual({
    SB: "",
    RETRYTIME: 59,
    EventID: "",
    RecipientDataList: [
      { Name: "", Mobile: "0912345678", Email: "", SendTime: "", Param: "第一行\n第二行", MR: one.attemptId },
      { Name: "", Mobile: "0987654321", Email: "", SendTime: "", Param: "b", MR: two.attemptId },
    ],
  });
});

test("SendParam answers as SendSMS does, in JSON, or with a code", () => {
  const sent = { kind: "sent", batchId: ZERO, points: "2", sent: 2, unsent: 0 } as const;
  expect(parseParamReply(`{"Result":true,"Msg":"87.00,2,2,0,${ZERO}"}`)).toEqual(sent);
  expect(parseParamReply(`{"Result":true,"Msg":"0.00,1,1,1,${ZERO}"}`)).toEqual({
    ...sent,
    points: "1",
    sent: 1,
    unsent: 1,
  });
  expect(parseParamReply('{"Result":false,"Status":"-8","Msg":"手機號碼格式錯誤"}')).toEqual({
    kind: "error",
    code: "-8",
  });
  expect(parseParamReply('{"Result":false,"Status":-99}')).toEqual({ kind: "error", code: "-99" });
  for (const text of ["", "{}", "<html>", `87.00,2,2,0,${ZERO}`, '{"Result":true}']) {
    expect(parseParamReply(text)).toEqual({ kind: "unreadable" });
  }
});

test("a batch holds every number once, texts without marks of a form letter, and like validities", () => {
  expect(batchesOf([one, two])).toEqual([[one, two]]);
  expect(batchesOf([one])).toEqual([]);
  expect(batchesOf([one, { ...two, recipient: one.recipient }])).toEqual([]);
  expect(batchesOf([one, { ...two, validForSeconds: 86_400 }])).toEqual([]);
  expect(batchesOf([one, { ...two, validForSeconds: 3_900 }])).toEqual([[one, { ...two, validForSeconds: 3_900 }]]);
  expect(batchesOf([one, two, { ...two, attemptId: ZERO, recipient: "+886955555555", text: "a|b" }])).toEqual([
    [one, two],
  ]);
  expect(fitsBatch({ text: "a|b" })).toBe(false);
  expect(fitsBatch({ text: "%FIELD1%" })).toBe(false);
  expect(fitsBatch({ text: "50 % off, field1" })).toBe(true);
});

test("callback of a batch: the record number is the attempt", () => {
  const query = `BatchID=${ZERO}&RM=%2B886912345678&RT=20251124120000&STATUS=100&MR=${one.attemptId}&SUBJECT=`;
  expect(parseCallback(new URLSearchParams(query))).toMatchObject({
    receipt: { correlation: one.attemptId, recordNumber: one.attemptId, state: "delivered" },
  });
});

test("EraseBooking: how many were taken back, or a code", () => {
  expect(parseCancelReply("1,1.00")).toEqual({ kind: "cancelled", count: 1 });
  expect(parseCancelReply("0,0")).toEqual({ kind: "cancelled", count: 0 });
  expect(parseCancelReply("-9, 查無此批次")).toEqual({ kind: "error", code: "-9" });
  for (const text of ["", "1", "<html>", "one,1.00"]) expect(parseCancelReply(text)).toEqual({ kind: "unreadable" });
});
