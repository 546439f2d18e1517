import { expect, test } from "bun:test";
import { errorCodes, stateCodes, statusWords } from "../../../src/sms/connectors/mitake/errors.ts";
import {
  bulkRecord,
  callbackReply,
  fitsRecord,
  parseBlocks,
  parseBulkReply,
  parseCallback,
  parseCancelReply,
  parseQueryReply,
  parseSendReply,
  sendForm,
} from "../../../src/sms/connectors/mitake/mapping.ts";
import { mitakeCodes, mitakeStatuses } from "./tables.ts";

const message = {
  attemptId: "0190a5b0-7c1e-7000-8000-000000000001",
  recipient: "+886912345678",
  text: "【幸福氣】您的瓦斯正在配送中\n預計 30 分鐘後到達",
  validForSeconds: 3_600,
};

test("SmSend form in UTF-8: a line break is one byte 0x06", () => {
  const form = sendForm(message, "https://gw.example.tw/hooks/m/tok");
  expect(form).toMatchObject({
    dstaddr: "0912345678",
    vldtime: "3600",
    clientid: message.attemptId,
    response: "https://gw.example.tw/hooks/m/tok",
    smsPointFlag: "1",
  });
  expect(form.clientid).toHaveLength(36);
  expect(new URLSearchParams({ smbody: form.smbody ?? "" }).toString()).toBe(
    "smbody=%E3%80%90%E5%B9%B8%E7%A6%8F%E6%B0%A3%E3%80%91%E6%82%A8%E7%9A%84%E7%93%A6%E6%96%AF%E6%AD%A3%E5%9C%A8%E9%85%8D%E9%80%81%E4%B8%AD%06%E9%A0%90%E8%A8%88+30+%E5%88%86%E9%90%98%E5%BE%8C%E5%88%B0%E9%81%94",
  );
  expect(sendForm({ ...message, text: "a\r\nb\rc" }, "").smbody).toBe("a\u0006b\u0006c");
  expect(sendForm({ ...message, validForSeconds: 200_000 }, "").vldtime).toBe("86400");
});

test("the document's reply to SmSend, with LF and with CR LF", () => {
  const lines = ["[1]", "msgid=#000000013", "statuscode=1", "AccountPoint=126", "smsPoint=1", "Duplicate=Y", ""];
  for (const end of ["\n", "\r\n"]) {
    expect(parseSendReply(lines.join(end))).toEqual({
      kind: "accepted",
      messageId: "000000013",
      points: "1",
      isDuplicate: true,
    });
  }
});

test("success is statuscode 0, 1, 2 or 4 with a msgid; an empty AccountPoint is no cost", () => {
  const reply = (code: string, id = "msgid=#13") => parseSendReply(`[x]\n${id}\nstatuscode=${code}\nAccountPoint=\n`);
  for (const code of ["0", "1", "2", "4"]) {
    expect(reply(code)).toEqual({ kind: "accepted", messageId: "13", points: undefined, isDuplicate: false });
  }
  for (const code of ["3", "5", "6", "7", "8", "9", "", "!"]) expect(reply(code)).toEqual({ kind: "unreadable" });
  expect(reply("1", "")).toEqual({ kind: "unreadable" });
  expect(reply("v", "")).toMatchObject({ kind: "error", code: "v", errorClass: "recipient" });
  for (const text of ["", "statuscode=1", "<html>", "[1]\n[2]\n"])
    expect(parseSendReply(text)).toEqual({ kind: "unreadable" });
});

test("the document's reply to SmBulkSend: one block per record, the points at the end", () => {
  const reply = "[1]\nmsgid=#000000333\nstatuscode=0\n[2]\nmsgid=#000000334\nstatuscode=1\nAccountPoint=92\n";
  const blocks = parseBlocks(reply);
  expect(blocks.map(({ clientId, values }) => [clientId, values.get("msgid"), values.get("statuscode")])).toEqual([
    ["1", "#000000333", "0"],
    ["2", "#000000334", "1"],
  ]);
  expect(blocks[1]?.values.get("accountpoint")).toBe("92");
});

test("SmQuery: the document's rows, with points, a lone code, and nonsense", () => {
  expect(parseQueryReply("0311216947\t6\t20060623103807\r\n0311216948\t4\t20060623103810\t2\r\n")).toEqual({
    kind: "rows",
    rows: [
      { messageId: "0311216947", code: "6", at: "20060623103807" },
      { messageId: "0311216948", code: "4", at: "20060623103810" },
    ],
  });
  expect(parseQueryReply("w\r\n")).toEqual({ kind: "error", code: "w" });
  expect(parseQueryReply("statuscode=k")).toEqual({ kind: "error", code: "k" });
  for (const text of ["", "<html>", "0311216947 6"]) expect(parseQueryReply(text)).toEqual({ kind: "unreadable" });
});

test("a recorded callback: statuscode 0 says only that the submission succeeded, StatusFlag 4 that it was delivered", () => {
  const query =
    "msgid=8091234567&dstaddr=09001234567&dlvtime=20060810125612&donetime=20060810165612&statusstr=DELIVRD&statuscode=0&StatusFlag=4";
  expect(parseCallback(new URLSearchParams(query), message.attemptId)).toEqual({
    kind: "receipt",
    wireMessageId: "8091234567",
    receipt: {
      providerMessageId: "8091234567",
      // Eleven digits: no number, so the receipt matches nothing, but it is answered.
      recipient: "09001234567",
      correlation: message.attemptId,
      providerStatus: "4",
      state: "delivered",
      providerTime: "20060810165612",
    },
  });
  expect(callbackReply("8091234567")).toBe("magicid=sms_gateway_rpack\nmsgid=8091234567\n");
});

test("callback without a flag is read by its word; without both it is malformed", () => {
  const read = (query: string) => parseCallback(new URLSearchParams(`msgid=1&dstaddr=0912345678&${query}`), undefined);
  const words: [string, string | undefined][] = [
    ["DELIVRD", "delivered"],
    ["EXPIRED", "expired"],
    ["DELETED", "cancelled"],
    ["UNDELIV", "undelivered"],
    ["SYNTAXE", "undelivered"],
    ["UNKNOWN", undefined],
  ];
  expect(Object.keys(statusWords)).toHaveLength(words.length);
  for (const [word, state] of words) {
    const reading = read(`statusstr=${word}&statuscode=0`);
    expect([word, reading.kind === "receipt" && reading.receipt.state]).toEqual([word, state]);
  }
  expect(read("statuscode=0").kind).toBe("malformed");
  expect(parseCallback(new URLSearchParams("StatusFlag=4"), undefined).kind).toBe("malformed");
});

test("every state", () => {
  expect(Object.keys(stateCodes)).toHaveLength(mitakeStatuses.length);
  for (const [code, state, failureClass] of mitakeStatuses) {
    const listed = stateCodes[code];
    expect([code, listed?.state as string, listed?.failureClass as string | undefined]).toEqual([
      code,
      state ?? "none",
      failureClass,
    ]); // as: compared as text
  }
});

test("every error code", () => {
  expect(Object.keys(errorCodes)).toHaveLength(Object.values(mitakeCodes).flat().length);
  for (const [errorClass, codes] of Object.entries(mitakeCodes)) {
    for (const code of codes) expect([code, errorCodes[code]?.errorClass as string]).toEqual([code, errorClass]); // as: compared as text
  }
});

test("the document's reply to SmCancel: 9 cancelled, ? not known, others too late", () => {
  const reply = "0311216947=9\r\n0311216948=?\r\n0311216949=5\r\n";
  expect(parseCancelReply(reply)).toEqual({
    kind: "rows",
    codes: new Map([
      ["0311216947", "9"],
      ["0311216948", "?"],
      ["0311216949", "5"],
    ]),
  });
  expect(parseCancelReply("#0311216947=0")).toEqual({ kind: "rows", codes: new Map([["0311216947", "0"]]) });
  expect(parseCancelReply("k\r\n")).toEqual({ kind: "error", code: "k" });
  for (const text of ["", "<html>", "0311216947 9", "0311216947=99"]) {
    expect(parseCancelReply(text)).toEqual({ kind: "unreadable" });
  }
});

test("a record of SmBulkSend: seven fields, the line break as 0x06", () => {
  const record = bulkRecord(
    { attemptId: "a1", recipient: "+886912345678", text: "第一行\n第二行", validForSeconds: 3_600 },
    "https://gw.example.tw/hooks/m/tok",
  );
  expect(record).toBe("a1$$0912345678$$$$3600$$$$https://gw.example.tw/hooks/m/tok$$第一行\u0006第二行");
});

test("the document's two records, field by field: ClientID, number, dlvtime, vldtime, name, response, text", () => {
  const official = [
    "1$$0999999999$$20170101000000$$20180101000000$$大寶$$$$我是長簡訊我是長簡訊",
    "2$$0900000000$$$$$$二寶$$$$我是長簡訊我是長簡訊",
  ];
  for (const [index, record] of official.entries()) {
    const [clientId = "", mobile = "", , , , , text = ""] = record.split("$$");
    const ours = bulkRecord(
      { attemptId: clientId, recipient: `+886${mobile.slice(1)}`, text, validForSeconds: 3_600 },
      "",
    ).split("$$");
    expect(ours).toEqual([String(index + 1), mobile, "", "3600", "", "", text]);
    expect(ours).toHaveLength(record.split("$$").length);
  }
});

test("a text that would corrupt the records goes alone", () => {
  expect(fitsRecord({ text: "NT$1,380" })).toBe(true);
  expect(fitsRecord({ text: "a$$b" })).toBe(false);
  expect(fitsRecord({ text: "$5" })).toBe(false);
});

test("the document's reply to SmBulkSend", () => {
  const lines = [
    "[1]",
    "msgid=#000000333",
    "statuscode=0",
    "[2]",
    "msgid=#000000334",
    "statuscode=1",
    "AccountPoint=92",
  ];
  const reply = parseBulkReply(lines.join("\r\n"));
  if (reply.kind !== "blocks") throw new Error("no blocks");
  expect(reply.blocks.get("1")).toMatchObject({ kind: "accepted", messageId: "000000333" });
  expect(reply.blocks.get("2")).toMatchObject({ kind: "accepted", messageId: "000000334" });
  expect(reply.blocks.has("3")).toBe(false);
  expect(parseBulkReply("statuscode=k\r\n")).toEqual({ kind: "error", code: "k" });
});
