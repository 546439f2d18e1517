import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decrypt, generateKey, readKey, readMessage, readPrivateKey } from "openpgp";
import { systemClock } from "../../../src/platform/clock.ts";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { approvedBatch, as, type BankingProcess, megaAt, startProcess, untilStatus } from "./banking-kit.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describeWith(["postgres"], "a bank that wants its files encrypted", () => {
  let database: TestDatabase;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  let bankKeys: { privateKey: string; publicKey: string };
  let ownKeys: { privateKey: string; publicKey: string };
  beforeAll(async () => {
    [database, bank] = await Promise.all([createTestDatabase(), createBankSimulator({ clock: systemClock })]);
    bankKeys = await generateKey({ userIDs: [{ name: "bank" }] });
    ownKeys = await generateKey({ userIDs: [{ name: "luckygas" }], passphrase: "of the key" });
    gateway = await startProcess({
      url: database.url,
      secrets: {
        "banking-mega-credentials": JSON.stringify({
          sftp_username: bank.credentials.username,
          sftp_password: bank.credentials.password,
          pgp_private_key: ownKeys.privateKey,
          pgp_passphrase: "of the key",
        }),
      },
      defaultBanks: [megaAt(bank, { pgpPublicKey: bankKeys.publicKey })],
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await bank.close();
    await database.close();
  });
  const upload = () => readdirSync(join(bank.folder, "upload"));

  test("signed and encrypted once: a retry sends the same bytes, both hashes are kept, the bank reads the file", async () => {
    const { batchId, file } = await approvedBatch(gateway);
    expect(file.encryptedSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(file.encryptedSha256).not.toBe(file.sha256);
    bank.faults.add({ operation: "close_write", kind: "drop_before" });
    await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
    const batch = await untilStatus(gateway, batchId, "sent", "held", "indeterminate");
    expect(batch).toMatchObject({ status: "sent", attempts: [{ state: "failed" }, { verification: "sha256" }] });
    expect(upload()).toEqual([`${file.name}.pgp`]);
    const sent = readFileSync(join(bank.folder, "upload", `${file.name}.pgp`));
    expect(sha256(sent)).toBe(file.encryptedSha256 ?? "");
    const opened = await decrypt({
      message: await readMessage({ binaryMessage: sent }),
      decryptionKeys: await readPrivateKey({ armoredKey: bankKeys.privateKey }),
      verificationKeys: await readKey({ armoredKey: ownKeys.publicKey }),
      format: "binary",
    });
    expect(sha256(opened.data)).toBe(file.sha256);
    expect(await opened.signatures[0]?.verified).toBe(true);
  });

  test("a wrong passphrase refuses sealing, and says nothing of the key", async () => {
    const other = await startProcess({
      url: database.url,
      jobs: false,
      secrets: {
        "banking-mega-credentials": JSON.stringify({
          sftp_username: "x",
          sftp_password: "y",
          pgp_private_key: ownKeys.privateKey,
          pgp_passphrase: "wrong",
        }),
      },
      defaultBanks: [megaAt(bank, { pgpPublicKey: bankKeys.publicKey })],
    });
    await expect(approvedBatch(other)).rejects.toMatchObject({
      code: "provider_misconfigured",
      message: "the file cannot be encrypted for bank mega: pgp_private_key or its passphrase cannot be used",
    });
    await other.stop();
  });
});
