import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BankConfiguration } from "../../../src/banking/index.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { type Sshd, startSshd } from "../../support/sshd.ts";
import { waitFor } from "../../support/wait-for.ts";
import { approvedBatch, as, type BankingProcess, startProcess, untilStatus } from "./banking-kit.ts";

const bankAt = (sshd: Sshd, more: Partial<BankConfiguration> = {}): BankConfiguration => ({
  bankCode: "mega",
  bankName: "兆豐銀行",
  sftpHost: sshd.host,
  sftpPort: sshd.port,
  uploadPath: sshd.uploadPath,
  downloadPath: sshd.downloadPath,
  fileFormat: "fixed_width",
  encoding: "BIG5",
  hostKeyPins: [sshd.hostKeyPin],
  ...more,
});
const timeouts = { connectMs: 20_000, requestMs: 20_000 };

/** What was usual fifteen years ago, and nothing else. */
const OLD = [
  "KexAlgorithms diffie-hellman-group14-sha1",
  "HostKeyAlgorithms ssh-rsa",
  "Ciphers aes128-cbc",
  "MACs hmac-sha1",
];
const legacyAlgorithms = {
  kex: ["diffie-hellman-group14-sha1"],
  serverHostKey: ["ssh-rsa"],
  cipher: ["aes128-cbc"],
};

describeWith(["postgres", "sshd"], "a real OpenSSH server with old algorithms alone", () => {
  let database: TestDatabase;
  let old: Sshd;
  let gateway: BankingProcess;
  beforeAll(async () => {
    [database, old] = await Promise.all([
      createTestDatabase(),
      startSshd({ hostKeyType: "rsa", userKeyType: "rsa", config: OLD }),
    ]);
    const secret = JSON.stringify({
      sftp_username: old.credentials.username,
      sftp_private_key: old.credentials.privateKey,
    });
    gateway = await startProcess({
      url: database.url,
      secrets: { "banking-mega-credentials": secret, "banking-esun-credentials": secret },
      defaultBanks: [bankAt(old, { legacyAlgorithms }), bankAt(old, { bankCode: "esun" })],
      timeouts,
    });
  });
  afterAll(async () => {
    await old?.close();
    await gateway?.stop();
    await database?.close();
  });

  test("is used by the bank that has them switched on, and by no other", async () => {
    const { batchId, file } = await approvedBatch(gateway);
    await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
    expect(await untilStatus(gateway, batchId, "sent", "held", "indeterminate")).toMatchObject({
      status: "sent",
      attempts: [{ verification: "sha256" }],
    });
    expect(readdirSync(old.uploadPath)).toEqual([file.name]);
    const trial = await gateway.handlers.testConnection({ bank: "mega" }, as(gateway, "boss"));
    expect(trial.steps.find(({ step }) => step === "host_key")?.detail).toBe(
      `${old.hostKeyPin} (ssh-rsa, diffie-hellman-group14-sha1, aes128-cbc)`,
    );
    expect(await gateway.handlers.testConnection({ bank: "esun" }, as(gateway, "boss"))).toMatchObject({
      ok: false,
      errorType: "handshake",
    });
  });

  test("the ciphers that work here are told by the bank's status and the log", async () => {
    const ciphers = await waitFor("the ciphers to be tried", async () => {
      const status = await gateway.handlers.getBankStatus({ bank: "mega" }, as(gateway, "clerk"));
      return status.ciphers ?? undefined;
    });
    expect(ciphers.working).toContain("aes128-gcm@openssh.com");
    await waitFor("the log to tell", () =>
      gateway.platform.logLines.some((line) => line.includes("SSH ciphers that work: aes128-gcm@openssh.com")),
    );
    expect((await gateway.banking.health()).banking_mega).toMatchObject({ status: "healthy" });
  });
});

for (const keyType of ["ed25519", "ecdsa", "rsa"] as const) {
  describeWith(["postgres", "sshd"], `a real OpenSSH server, a key of type ${keyType} with a passphrase`, () => {
    test("the right passphrase signs in; without it nothing is sent to the bank", async () => {
      const passphrase = "a passphrase of the test";
      const [database, sshd] = await Promise.all([
        createTestDatabase(),
        startSshd({ userKeyType: keyType, passphrase }),
      ]);
      const { username, privateKey } = sshd.credentials;
      const secret = { sftp_username: username, sftp_private_key: privateKey };
      const gateway = await startProcess({
        url: database.url,
        secrets: {
          "banking-mega-credentials": JSON.stringify({ ...secret, sftp_passphrase: passphrase }),
          "banking-esun-credentials": JSON.stringify(secret),
        },
        defaultBanks: [bankAt(sshd), bankAt(sshd, { bankCode: "esun" })],
        timeouts,
      });
      const { batchId, file } = await approvedBatch(gateway);
      await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
      expect((await untilStatus(gateway, batchId, "sent", "held", "indeterminate")).status).toBe("sent");
      const preview = await gateway.handlers.previewFile({ batchId }, as(gateway, "clerk"));
      expect(readFileSync(join(sshd.uploadPath, file.name)).toString("base64")).toBe(preview.contentBase64);
      const locked = await gateway.handlers.testConnection({ bank: "esun" }, as(gateway, "boss"));
      expect(locked).toMatchObject({ ok: false, errorType: "auth" });
      expect(locked.steps.at(-1)?.detail).toBe("the private key or its passphrase cannot be used");
      await sshd.close();
      await gateway.stop();
      await database.close();
    });
  });
}
