import { expect, test } from "bun:test";
import { decryptData, encryptData } from "../../../src/einvoice/connectors/ecpay/crypto.ts";
import { Secret } from "../../../src/platform/secret.ts";

const keys = { hashKey: new Secret("ejCk326UnaZWKisg"), hashIv: new Secret("q9jcZX8Ib9LM8wYk") };

test("the public test key's vector", () => {
  const data = { Name: "Test", ID: "A123456789" };
  const encrypted = "uvI4yrErM37XNQkXGAgRgJAgHn2t72jahaMZzYhWL1HmvH4WV18VJDP2i9pTbC+tby5nxVExLLFyAkbjbS2Dvg==";
  expect(encryptData(data, keys)).toBe(encrypted);
  expect(decryptData(encrypted, keys)).toEqual(data);
});

test("characters that PHP encodes and JavaScript does not come back", () => {
  const data = { text: "~ ! ' ( ) * + % & 瓦斯 𠮷" };
  expect(decryptData(encryptData(data, keys), keys)).toEqual(data);
});

/** ECPay/ECPay-API-Skill, `test-vectors/aes-encryption.json`, with the public test keys. */
test.each<[string, object, string]>([
  [
    "the order of fields is kept",
    { MerchantID: "2000132", BarCode: "/1234567" },
    "XeEOdHpTRvxKEqs/JD9RSd16s7VtpyWVCN6AV44pKTW3DVa6yI7vKmjBRp2eulDhXoru/qBqFDBH3fEqlkMn3bbJfJBfGAq+v+SvttutYnc=",
  ],
  [
    "what PHP encodes and JavaScript does not",
    { Name: "test!*'()~value" },
    "uvI4yrErM37XNQkXGAgRgBuDOiJoVs72Xn/rum9Ejl1DSna4HyLSoY7764PmhTR7JXb9jJWLSjCGcZEDeFiABg==",
  ],
  [
    "a text of whole blocks is padded by one more",
    { N: "1234567890" },
    "gVwWJnIpl1m3ZDypcRAjiCctilYnQhHn4h8OzJP5IxQPov7HuysXX+jPONvrHS7Z",
  ],
  [
    "Chinese",
    { MerchantID: "2000132", ItemName: "綠界科技測試商品" },
    "XeEOdHpTRvxKEqs/JD9RSd16s7VtpyWVCN6AV44pKTVKsXddZRgV+Cle9oeB2PqsEC2O0oDi4kObiCtdGznG9aAX69Kj0//VjGXhieBYZ3RuGW9v20xQyBevaBwtOvg1lYjlDw6jsgfToGMUvlGsIJ2DO6/tbXjNZumnRgj2GCSj7LLDRBU3KlkUWji16nO1",
  ],
])("published vector: %s", (_what, data, encrypted) => {
  expect(encryptData(data, keys)).toBe(encrypted);
  expect(decryptData(encrypted, keys)).toEqual(data);
});
