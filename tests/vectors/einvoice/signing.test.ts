import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { lookupSignature } from "../../../src/einvoice/connectors/mof-lookup/signing.ts";
import { checkMacValue, signedString } from "../../../src/einvoice/connectors/platform-json/signing.ts";
import { Secret } from "../../../src/platform/secret.ts";

test("HMAC-SHA256 over ascending name=value pairs", () => {
  const message = {
    version: "1.0",
    action: "qryBanUnitTp",
    timeStamp: "1334499010",
    appId: "EINV1201502010001",
    ban: "04595257",
    serial: "0000000001",
  };
  expect(signedString(message)).toBe(
    "action=qryBanUnitTp&appId=EINV1201502010001&ban=04595257&serial=0000000001&timeStamp=1334499010&version=1.0",
  );
  expect(checkMacValue(message, new Secret("SECRETKEY"))).toBe("ua2OSJp9Af3/bCsewb04x1sAp1SSlgOA5FgBzI4Ua5g=");
});

test("a list gives one pair per element, capital letters come first, the signature itself is left out", () => {
  const message = { b: "2", B: ["x", "y"], CheckMacValue: "zzz", a: "" };
  expect(signedString(message)).toBe("B=x&B=y&a=&b=2");
});

test("signature of a look-up", () => {
  const parameters = {
    version: "1.0",
    action: "qryBanUnitTp",
    serial: "0000000001",
    timeStamp: "1334499010",
    ban: "04595257",
    appId: "EINV1201502010001",
  };
  expect(lookupSignature(parameters, new Secret("SECRETKEY"))).toBe("ua2OSJp9Af3/bCsewb04x1sAp1SSlgOA5FgBzI4Ua5g=");
});

test("capital letters come before small ones in what is signed", () => {
  const key = new Secret("k");
  expect(lookupSignature({ action: "bcv", TxID: "1" }, key)).toBe(
    createHmac("sha256", "k").update("TxID=1&action=bcv").digest("base64"),
  );
});
