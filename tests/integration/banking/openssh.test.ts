import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { type Sshd, startSshd } from "../../support/sshd.ts";
import { approvedBatch, as, type BankingProcess, startProcess, untilStatus } from "./banking-kit.ts";

const keyTypes = ["ed25519", "ecdsa", "rsa"] as const;

for (const keyType of keyTypes) {
  describeWith(["postgres", "sshd"], `a real OpenSSH server, keys of type ${keyType}`, () => {
    let database: TestDatabase;
    let sshd: Sshd;
    let gateway: BankingProcess;
    beforeAll(async () => {
      [database, sshd] = await Promise.all([
        createTestDatabase(),
        startSshd({ hostKeyType: keyType, userKeyType: keyType }),
      ]);
      const { username, privateKey } = sshd.credentials;
      gateway = await startProcess({
        url: database.url,
        secrets: {
          "banking-mega-credentials": JSON.stringify({ sftp_username: username, sftp_private_key: privateKey }),
        },
        defaultBanks: [
          {
            bankCode: "mega",
            bankName: "兆豐銀行",
            sftpHost: sshd.host,
            sftpPort: sshd.port,
            uploadPath: sshd.uploadPath,
            downloadPath: sshd.downloadPath,
            fileFormat: "fixed_width",
            encoding: "BIG5",
            hostKeyPins: [sshd.hostKeyPin],
            stableAfterSeconds: 0,
          },
        ],
        timeouts: { connectMs: 10_000, requestMs: 10_000 },
      });
    });
    afterAll(async () => {
      // The server first: it is a process of the system, and must not outlive a test that failed to begin.
      await sshd?.close();
      await gateway?.stop();
      await database?.close();
    });

    test("a file is written, verified by its hash and renamed", async () => {
      const { batchId, file } = await approvedBatch(gateway);
      await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
      const batch = await untilStatus(gateway, batchId, "sent", "held", "indeterminate");
      expect(batch).toMatchObject({ status: "sent", attempts: [{ state: "sent", verification: "sha256" }] });
      expect(batch.attempts[0]?.steps).toContainEqual(expect.objectContaining({ step: "flush", outcome: "done" }));
      const preview = await gateway.handlers.previewFile({ batchId }, as(gateway, "clerk"));
      expect(readdirSync(sshd.uploadPath)).toEqual([file.name]);
      expect(readFileSync(join(sshd.uploadPath, file.name)).toString("base64")).toBe(preview.contentBase64);
    });

    test("a name that is taken is never overwritten: held", async () => {
      const { batchId, file } = await approvedBatch(gateway);
      const path = join(sshd.uploadPath, file.name);
      writeFileSync(path, "somebody else's");
      await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
      const batch = await untilStatus(gateway, batchId, "sent", "held", "indeterminate");
      expect(batch).toMatchObject({ status: "held", heldReason: "name_taken" });
      expect(readFileSync(path, "utf8")).toBe("somebody else's");
    });

    test("every step of a test upload, and of a poll", async () => {
      const result = await gateway.handlers.testUpload({ bank: "mega" }, as(gateway, "boss"));
      expect(result).toMatchObject({ ok: true, errorType: null });
      writeFileSync(join(sshd.downloadPath, "REC_20300131.txt"), "");
      const polled = await gateway.handlers.pollInbound({ bank: "mega" }, as(gateway, "clerk"));
      expect(polled.received).toMatchObject([{ sizeBytes: 0, status: "applied" }]);
    });
  });
}
