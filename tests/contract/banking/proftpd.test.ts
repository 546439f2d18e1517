import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SftpEndpoint } from "../../../src/banking/connectors/sftp/config.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { outboundFile, transportTo } from "../../faults/banking/transport-kit.ts";
import { type ProFtpd, startProFtpd } from "../../support/proftpd.ts";
import { describeWith } from "../../support/real-parts.ts";

const PASSPHRASE = "a passphrase of the test";

const endpointOf = (server: ProFtpd, by: "password" | "key"): SftpEndpoint => ({
  host: server.host,
  port: server.port,
  username: server.credentials.username,
  ...(by === "password"
    ? { password: new Secret(server.credentials.password) }
    : { privateKey: new Secret(server.credentials.privateKey), passphrase: new Secret(PASSPHRASE) }),
  hostKeyPins: [server.hostKeyPin],
  allowUnpinned: false,
});

/** A server that offers nothing but what was usual fifteen years ago. */
const oldConfig = ["SFTPKeyExchanges diffie-hellman-group14-sha1", "SFTPCiphers aes128-cbc", "SFTPDigests hmac-sha1"];
const legacyAlgorithms = {
  kex: ["diffie-hellman-group14-sha1"],
  cipher: ["aes128-cbc"],
  serverHostKey: ["ssh-rsa"],
  hmac: ["hmac-sha1"],
};

for (const keyType of ["ed25519", "ecdsa", "rsa"] as const) {
  describeWith(["proftpd"], `ProFTPD's mod_sftp, keys of type ${keyType} with a passphrase`, () => {
    let server: ProFtpd;
    beforeAll(async () => {
      server = await startProFtpd({ hostKeyType: keyType, userKeyType: keyType, passphrase: PASSPHRASE });
    });
    afterAll(() => server?.close());

    test.each(["password", "key"] as const)("a file is submitted once, signed in by %s", async (by) => {
      const transport = transportTo(endpointOf(server, by), { timeouts: { connectMs: 10_000, requestMs: 10_000 } });
      const file = outboundFile(server.uploadPath, `PAY_20260131_${by}.txt`);
      const call = { onStep: () => {}, onVerified: async () => {} };
      expect(await transport.submit(file, call)).toEqual({ kind: "sent", verification: "sha256" });
      expect(readFileSync(join(server.uploadPath, file.name)).equals(Buffer.from(file.bytes))).toBe(true);
      // The very same batch again finds its file; another one under its name is refused and nothing is written.
      expect(await transport.submit(file, call)).toEqual({ kind: "sent", verification: "sha256" });
      const other = outboundFile(server.uploadPath, file.name, "other");
      expect(await transport.submit(other, call)).toEqual({ kind: "name_taken" });
      expect(await transport.settle(file, () => {})).toMatchObject({ kind: "sent" });
      expect(readdirSync(server.uploadPath).filter((name) => name.includes(".tmp"))).toEqual([]);
      await transport.close();
    });

    test("the plain rename refuses an existing name, however late it appears", async () => {
      const transport = transportTo(endpointOf(server, "key"), { timeouts: { connectMs: 10_000, requestMs: 10_000 } });
      const file = outboundFile(server.uploadPath, "PAY_20260131_late.txt");
      const outcome = await transport.submit(file, {
        onStep: () => {},
        onVerified: async () => writeFileSync(join(server.uploadPath, file.name), "somebody else's"),
      });
      expect(outcome.kind).toBe("unknown");
      expect(await transport.settle(file, () => {})).toEqual({ kind: "name_taken" });
      expect(readFileSync(join(server.uploadPath, file.name), "utf8")).toBe("somebody else's");
      await transport.close();
    });

    test("test upload, listing and archive", async () => {
      const transport = transportTo(endpointOf(server, "key"), { timeouts: { connectMs: 10_000, requestMs: 10_000 } });
      expect(await transport.testUpload(server.uploadPath, "connection.test")).toMatchObject({ ok: true });
      writeFileSync(join(server.downloadPath, "REC.txt"), "abc");
      const listed = await transport.list(server.downloadPath);
      expect(listed.ok && listed.value.map(({ name, sizeBytes }) => [name, sizeBytes])).toContainEqual(["REC.txt", 3]);
      await transport.close();
    });
  });
}

describeWith(["proftpd"], "a server with old algorithms alone", () => {
  let server: ProFtpd;
  beforeAll(async () => {
    server = await startProFtpd({ hostKeyType: "rsa", userKeyType: "rsa", config: oldConfig });
  });
  afterAll(() => server?.close());

  test("is refused, unless this bank has them switched on", async () => {
    const timeouts = { connectMs: 10_000, requestMs: 10_000 };
    const usual = transportTo(endpointOf(server, "password"), { timeouts });
    expect(await usual.list(server.uploadPath)).toEqual({ ok: false, errorType: "handshake" });
    await usual.close();
    const transport = transportTo({ ...endpointOf(server, "password"), legacyAlgorithms }, { timeouts });
    const file = outboundFile(server.uploadPath, "PAY_20260131_old.txt");
    const outcome = await transport.submit(file, { onStep: () => {}, onVerified: async () => {} });
    expect(outcome).toEqual({ kind: "sent", verification: "sha256" });
    expect(readFileSync(join(server.uploadPath, file.name)).equals(Buffer.from(file.bytes))).toBe(true);
    await transport.close();
  });
});
