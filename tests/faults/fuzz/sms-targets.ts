import * as every8d from "../../../src/sms/connectors/every8d/mapping.ts";
import * as mitake from "../../../src/sms/connectors/mitake/mapping.ts";
import * as twilio from "../../../src/sms/connectors/twilio/mapping.ts";
import { bytesOf, type FuzzTarget, textOf } from "./target.ts";

const BATCH = "9E0C4B3A-5D5A-4C6B-8F0E-1B2C3D4E5F60";
const SID = `SM${"0123456789abcdef".repeat(2)}`;
const ATTEMPT = "01890a5d-ac96-774b-bcce-b302099a8057";
const REPLY_BYTES = 64_000;

function target(name: string, seeds: string[], read: (text: string) => string | undefined): FuzzTarget {
  return { name, seeds: bytesOf(...seeds), bytesMax: REPLY_BYTES, read: (bytes) => read(textOf(bytes)) };
}

/** Accepted nonsense would be a message taken for sent: an identifier that is none, a count that is none. */
const every8dReplies = target("Every8d replies", [`79.0,1,1.0,0,${BATCH}`, "-99,內部錯誤", "0.0,0,0.0,1,"], (text) => {
  const reply = every8d.parseSendReply(text);
  if (reply.kind === "sent" && !/^[0-9a-f-]{36}$/i.test(reply.batchId)) return `batch id ${reply.batchId}`;
  if (reply.kind === "sent" && !(reply.sent > 0)) return "sent, and none was";
  every8d.parseParamReply(text);
  every8d.parseCancelReply(text);
  every8d.parseFilterReply(text, "+886912345678");
  every8d.parseCreditReply(text);
  return undefined;
});

const every8dStatus = target(
  "Every8d status",
  [
    `{"CODE":"000","COUNT":1,"DATA":[{"NAME":"","MOBILE":"0912345678","SEND_TIME":"2026/01/31 10:00:00","COST":"1","STATUS":"100","RECEIVED_TIME":"20260131100005"}]}`,
    "1\n\t0912345678\t2026/01/31 10:00:00\t1.0\t100\n",
  ],
  (text) => {
    for (const row of every8d.parseStatusReply(text) ?? []) {
      const receipt = every8d.receiptOfRow(BATCH, row.recipient ?? "", row);
      if (receipt.state === "delivered" && receipt.providerStatus !== "100") return `delivered by ${row.status}`;
    }
    return undefined;
  },
);

const mitakeReplies = target(
  "Mitake replies",
  [
    `[${ATTEMPT}]\r\nmsgid=#000000013\r\nstatuscode=1\r\nAccountPoint=126\r\n`,
    "[1]\r\nstatuscode=v\r\nError=x\r\n",
    "0000000013\t4\t20260131100005\r\n",
    "statuscode=e\r\n",
    "0000000013=9\r\n",
  ],
  (text) => {
    const reply = mitake.parseSendReply(text);
    if (reply.kind === "accepted" && !/^\w{1,20}$/.test(reply.messageId)) return `message id ${reply.messageId}`;
    mitake.parseBulkReply(text);
    mitake.parseCancelReply(text);
    const query = mitake.parseQueryReply(text);
    for (const row of query.kind === "rows" ? query.rows : []) mitake.receiptOfRow(row, "+886912345678");
    return undefined;
  },
);

const twilioReplies = target(
  "Twilio replies",
  [
    JSON.stringify({ sid: SID, status: "queued", to: "+886912345678", body: "x", error_code: null }),
    JSON.stringify({ messages: [{ sid: SID, status: "delivered", to: "+886912345678" }] }),
    '{"code":21211,"message":"x"}',
  ],
  (text) => {
    const message = twilio.parseMessage(text);
    if (message && !/^(SM|MM)[0-9a-f]{32}$/.test(message.sid)) return `sid ${message.sid}`;
    if (message) twilio.createdAt(message);
    for (const one of twilio.parseList(text) ?? []) twilio.receiptOfMessage(one, one.to);
    twilio.parseErrorCode(text);
    return undefined;
  },
);

/** A receipt must not speak of a provider's id or a state that is none. */
const receipts = target(
  "receipts",
  [
    `BatchID=${BATCH}&RM=%2B886912345678&RT=20260131100005&STATUS=100&SUBJECT=${ATTEMPT}&MR=1`,
    "msgid=0000000013&dstaddr=0912345678&dlvtime=20260131100000&donetime=20260131100005&statuscode=0&statusstr=DELIVRD&StatusFlag=4",
    `MessageSid=${SID}&MessageStatus=delivered&To=%2B886912345678&ErrorCode=30003`,
  ],
  (text) => {
    const form = new URLSearchParams(text);
    const readings = [
      every8d.parseCallback(form),
      mitake.parseCallback(form, undefined),
      twilio.parseCallback(form, form.get("attempt")),
    ];
    for (const reading of readings) {
      if (reading.kind === "malformed" && reading.rule === "") return "refused without a rule";
      if (reading.kind !== "receipt") continue;
      const { providerMessageId, recipient, providerStatus, correlation } = reading.receipt;
      if (!/^[\w-]{1,64}$/.test(providerMessageId)) return `provider's id ${providerMessageId}`;
      if (recipient.length > 30 || providerStatus.length > 45) return "a field without a limit";
      if (correlation !== undefined && !/^[0-9a-f-]{36}$/.test(correlation)) return `attempt ${correlation}`;
    }
    return undefined;
  },
);

export const smsTargets = [every8dReplies, every8dStatus, mitakeReplies, twilioReplies, receipts];
