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
