import { expect, test } from "bun:test";
import { algorithmsOf } from "../../../src/banking/connectors/sftp/algorithms.ts";
import { probeCiphers, probeLegacy } from "../../../src/banking/connectors/sftp/probe.ts";

test("every usual cipher is tried by a handshake, and told as working or missing", async () => {
  const { working, missing } = await probeCiphers();
  expect(working).toContain("aes128-gcm@openssh.com");
  expect(working).toContain("aes128-ctr");
  expect(working.length + missing.length).toBe(5);
});

test("old algorithms that work here, and one that nobody has", async () => {
  const legacy = { kex: ["diffie-hellman-group14-sha1"], cipher: ["aes128-cbc"], hmac: ["hmac-sha1"] };
  expect(await probeLegacy(legacy)).toEqual([]);
  expect(await probeLegacy({ cipher: ["no-such-cipher"] })).toEqual(["no-such-cipher"]);
});

test("signatures with SHA-1 are accepted only where a bank names them", () => {
  expect(algorithmsOf({}).serverHostKey).toEqual({ append: [], prepend: [], remove: ["ssh-rsa"] });
  expect(algorithmsOf({ serverHostKey: ["ssh-rsa"] }).serverHostKey).toMatchObject({ remove: [] });
});
