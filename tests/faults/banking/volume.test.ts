import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SftpEndpoint } from "../../../src/banking/connectors/sftp/config.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { describeWith } from "../../support/real-parts.ts";
import { startSlowProxy } from "../../support/slow-proxy.ts";
import { type Sshd, startSshd } from "../../support/sshd.ts";
import { memoryLeases, outboundFile, transportTo } from "./transport-kit.ts";

const timeouts = { connectMs: 20_000, requestMs: 20_000, acquireMs: 60_000 };
const MIB = 1024 * 1024;

const endpointTo = (sshd: Sshd, port = sshd.port): SftpEndpoint => ({
  host: sshd.host,
  port,
  username: sshd.credentials.username,
  privateKey: new Secret(sshd.credentials.privateKey),
  hostKeyPins: [sshd.hostKeyPin],
  allowUnpinned: false,
});

describeWith(["sshd"], "a real OpenSSH server under load", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd?.close());

  test("1,000 operations in turn and 200 at once: never more than 5 connections, none left over", async () => {
    const leases = memoryLeases();
    const transport = transportTo(endpointTo(sshd), { timeouts, leases });
    writeFileSync(join(sshd.downloadPath, "REC.txt"), "abc");
    let most = 0;
    const operation = async () => {
      const fetched = await transport.fetch(sshd.downloadPath, "REC.txt", 100);
      most = Math.max(most, transport.connections(), leases.held());
      return fetched.ok;
    };
    for (let count = 0; count < 1_000; count += 1) expect(await operation()).toBe(true);
    expect(most).toBe(1);
    const answers = await Promise.all(Array.from({ length: 200 }, operation));
    expect(answers.every(Boolean)).toBe(true);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
    await transport.close();
    expect(transport.connections()).toBe(0);
    expect(leases.held()).toBe(0);
  }, 120_000);

  test("200 files at once arrive, each once", async () => {
    const folder = join(sshd.folder, "many");
    mkdirSync(folder);
    const transport = transportTo(endpointTo(sshd), { timeouts });
    const files = Array.from({ length: 200 }, (_, index) =>
      outboundFile(folder, `PAY_${index}.txt`, `${index}`.repeat(99)),
    );
    const call = { onStep: () => {}, onVerified: async () => {} };
    const outcomes = await Promise.all(files.map((file) => transport.submit(file, call)));
    expect(outcomes.every((outcome) => outcome.kind === "sent" && outcome.verification === "sha256")).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(files.map(({ name }) => name).sort());
    await transport.close();
  }, 120_000);

  test("64 MiB to a server that reads slowly arrive whole", async () => {
    const proxy = await startSlowProxy({ targetPort: sshd.port, uploadBytesPerSecond: 24 * MIB });
    const transport = transportTo(endpointTo(sshd, proxy.port), { timeouts });
    const bytes = randomBytes(64 * MIB);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const name = "PAY_large.txt";
    const file = { folder: sshd.uploadPath, name, temporaryName: `${name}.1.tmp`, bytes, sha256 };
    const outcome = await transport.submit(file, { onStep: () => {}, onVerified: async () => {} });
    expect(outcome).toEqual({ kind: "sent", verification: "sha256" });
    const arrived = readFileSync(join(sshd.uploadPath, name));
    expect(createHash("sha256").update(arrived).digest("hex")).toBe(sha256);
    await transport.close();
    await proxy.close();
  }, 120_000);
});

describeWith(["sshd"], "a server that allows one channel", () => {
  test("verifies a large file over that one", async () => {
    const sshd = await startSshd({ config: ["MaxSessions 1"] });
    const proxy = await startSlowProxy({ targetPort: sshd.port, delayMs: 10 });
    const transport = transportTo(endpointTo(sshd, proxy.port), { timeouts });
    const bytes = randomBytes(9 * MIB + 1);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const file = { folder: sshd.uploadPath, name: "PAY.txt", temporaryName: "PAY.txt.1.tmp", bytes, sha256 };
    const call = { onStep: () => {}, onVerified: async () => {} };
    expect(await transport.submit(file, call)).toEqual({ kind: "sent", verification: "sha256" });
    await transport.close();
    await proxy.close();
    await sshd.close();
  }, 60_000);
});
