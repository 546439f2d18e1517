import { expect, test } from "bun:test";
import { errorCodes, readStatus, statuses } from "../../../src/sms/connectors/twilio/errors.ts";
import { parseCallback, parseErrorCode, parseMessage, sendForm } from "../../../src/sms/connectors/twilio/mapping.ts";
import { isSignedBy, signatureOf } from "../../../src/sms/connectors/twilio/signing.ts";
import { twilioCodes, twilioStatuses } from "./tables.ts";

const AUTH_TOKEN = "12345";
const P = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212",
};
const JSON_BODY = '{"property": "value", "boolean": true}';
const BODY_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
const formOf = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const FORM = "application/x-www-form-urlencoded";
const path = "/myapp.php?foo=1&bar=2";

/** Vectors of Twilio's own libraries (RequestValidatorTest of twilio-php and twilio-csharp, webhooks.spec of twilio-node). */
const vectors: [url: string, body: string, contentType: string, signature: string][] = [
  [`https://mycompany.com${path}`, formOf(P), FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
  [
    `https://mycompany.com${path}`,
    "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
    FORM,
    "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
  ],
  [`https://MyCompany.com${path}`, formOf(P), FORM, "g9IN/x4Cft2g517EjYvEvM/W7LU="],
  [`https://mycompany.com:443${path}`, formOf(P), FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="],
  [`http://mycompany.com:80${path}`, formOf(P), FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="],
  [`https://mycompany.com:1234${path}`, formOf(P), FORM, "CYn1h0gLBdNxDGkKJg6hYohgeD8="],
  [`http://mycompany.com:1234${path}`, formOf(P), FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="],
  [`https://user:pass@mycompany.com${path}`, formOf(P), FORM, "CukzLTc1tT5dXEDIHm/tKBanW10="],
  [
    `https://mycompany.com${path}&bodySHA256=${BODY_HASH}`,
    JSON_BODY,
    "application/json",
    "a9nBmqA0ju/hNViExpshrM61xv4=",
  ],
  [
    `https://mycompany.com/myapp.php?bodySHA256=${BODY_HASH}`,
    JSON_BODY,
    "application/json",
    "y77kIzt2vzLz71DgmJGsen2scGs=",
  ],
];
for (const [url, body, contentType, signature] of vectors) {
  test(`signature of ${url.slice(0, 60)} is ${signature}`, () => {
    const parameters = new URLSearchParams(contentType === FORM ? body : "");
    expect(signatureOf(AUTH_TOKEN, url, parameters)).toBe(signature);
    const request = { url, signature, contentType, body };
    expect(isSignedBy(AUTH_TOKEN, request)).toBe(true);
    expect(isSignedBy("12346", request)).toBe(false);
    expect(isSignedBy(AUTH_TOKEN, { ...request, body: `${body} ` })).toBe(false);
    expect(isSignedBy(AUTH_TOKEN, { ...request, url: `${url}&x=1` })).toBe(false);
    expect(isSignedBy(AUTH_TOKEN, { ...request, signature: null })).toBe(false);
    expect(isSignedBy(AUTH_TOKEN, { ...request, signature: "" })).toBe(false);
  });
}

test("a signature made with the scheme's port fits the address without it, and the other way round", () => {
  const request = { contentType: FORM, body: formOf(P) };
  const withPort = "kvajT1Ptam85bY51eRf/AJRuM3w=";
  const without = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
  expect(isSignedBy(AUTH_TOKEN, { ...request, url: `https://mycompany.com${path}`, signature: withPort })).toBe(true);
  expect(isSignedBy(AUTH_TOKEN, { ...request, url: `https://mycompany.com:443${path}`, signature: without })).toBe(
    true,
  );
  expect(isSignedBy(AUTH_TOKEN, { ...request, url: `http://mycompany.com${path}`, signature: withPort })).toBe(false);
});

test("a JSON body without its hash in the address is not covered by the signature", () => {
  const url = "https://mycompany.com/myapp.php";
  const signature = signatureOf(AUTH_TOKEN, url, new URLSearchParams());
  expect(isSignedBy(AUTH_TOKEN, { url, signature, contentType: "application/json", body: JSON_BODY })).toBe(false);
  expect(isSignedBy(AUTH_TOKEN, { url, signature, contentType: null, body: "" })).toBe(true);
});

test("values are not trimmed", () => {
  const url = "https://mycompany.com/x";
  const padded = "Body=%20hello%20";
  const signature = signatureOf(AUTH_TOKEN, url, new URLSearchParams(padded));
  expect(isSignedBy(AUTH_TOKEN, { url, signature, contentType: FORM, body: padded })).toBe(true);
  expect(isSignedBy(AUTH_TOKEN, { url, signature, contentType: FORM, body: "Body=hello" })).toBe(false);
});

const message = { attemptId: "a", recipient: "+886912345678", text: "您好", validForSeconds: 86_400 };

test("create form: a number or a Messaging Service, validity within Twilio's limit", () => {
  expect(sendForm(message, "+15005550006", "https://gw.example.tw/hook?attempt=a")).toEqual({
    To: "+886912345678",
    From: "+15005550006",
    Body: "您好",
    StatusCallback: "https://gw.example.tw/hook?attempt=a#rc=5&rp=all",
    ValidityPeriod: "36000",
  });
  const service = sendForm({ ...message, validForSeconds: 60 }, "MG00", "");
  expect(service).toMatchObject({ MessagingServiceSid: "MG00", ValidityPeriod: "60" });
  expect(service.From).toBeUndefined();
});

test("message resource: num_segments is text, price null, unknown keys ignored; another sid is none", () => {
  const sid = `SM${"0".repeat(32)}`;
  const resource = { sid, status: "queued", to: "+886912345678", num_segments: "1", price: null, error_code: null };
  expect(parseMessage(JSON.stringify(resource))?.sid).toBe(sid);
  expect(parseMessage(JSON.stringify({ ...resource, sid: "CA123" }))).toBeUndefined();
  expect(parseMessage("")).toBeUndefined();
  expect(parseErrorCode('{"code":21211,"message":"m","more_info":"i","status":400}')).toBe("21211");
  expect(parseErrorCode("<html>")).toBeUndefined();
});

test("status callback", () => {
  const form = {
    AccountSid: "AC",
    From: "+15005550006",
    To: "+886912345678",
    MessageSid: `SM${"a".repeat(32)}`,
    MessageStatus: "undelivered",
    ErrorCode: "30003",
    RawDlrDoneDate: "2601011200",
    NewParameter: "x",
  };
  const attempt = "0190a5b0-7c1e-7000-8000-000000000001";
  expect(parseCallback(new URLSearchParams(form), attempt)).toEqual({
    kind: "receipt",
    receipt: {
      providerMessageId: form.MessageSid,
      recipient: "+886912345678",
      correlation: attempt,
      providerStatus: "undelivered 30003",
      state: "undelivered",
      failureClass: "handset",
      providerTime: "2601011200",
    },
  });
  expect(parseCallback(new URLSearchParams({ ...form, MessageSid: "x" }), null).kind).toBe("malformed");
  expect(parseCallback(new URLSearchParams({ ...form, MessageStatus: "" }), null).kind).toBe("malformed");
});

test("every status, and what error codes add to failed ones", () => {
  const words = new Set(twilioStatuses.flatMap(([status, state]) => (state ? [status.split(" ")[0] ?? ""] : [])));
  expect(words).toEqual(new Set(Object.keys(statuses)));
  for (const [text, state, failureClass] of twilioStatuses) {
    const [status = "", code = ""] = text.split(" ");
    const read = readStatus(status, code);
    expect([text, read.state as string | undefined, read.failureClass as string | undefined]).toEqual([
      text,
      state,
      failureClass,
    ]); // as: compared as text
  }
  expect(readStatus("delivered", "30003")).toEqual({ state: "delivered" });
  expect(readStatus("failed", "20503")).toEqual({ state: "rejected" });
});

test("every error code", () => {
  expect(Object.keys(errorCodes)).toHaveLength(Object.values(twilioCodes).flat().length);
  for (const [errorClass, codes] of Object.entries(twilioCodes)) {
    for (const code of codes) expect([code, errorCodes[code]?.errorClass as string]).toEqual([code, errorClass]); // as: compared as text
  }
});
