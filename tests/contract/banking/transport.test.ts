import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BankTransport } from "../../../src/banking/connectors/port.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { endpointOf, outboundFile, transportTo } from "../../faults/banking/transport-kit.ts";
import { describeWith } from "../../support/real-parts.ts";
import { startSshd } from "../../support/sshd.ts";

/** A bank's server with its folders, as the gateway and as the machine see them. */
interface Party {
  transport: BankTransport;
  uploadPath: string;
  downloadPath: string;
  uploadFolder: string;
  downloadFolder: string;
  close(): Promise<void>;
}

/** What every server that a transport speaks to must show. */
function suite(open: () => Promise<Party>): void {
  let party: Party;
  beforeAll(async () => {
    party = await open();
  });
  afterAll(async () => {
    await party.transport.close();
    await party.close();
  });
  const verified: string[] = [];
  const call = {
    onStep: () => {},
    onVerified: async (level: string) => {
      verified.push(level);
    },
  };

  test.each([0, 1, 32_767, 32_768, 32_769, 5_000_000])(
    "a file of %i bytes arrives whole and verified",
    async (size) => {
      const file = outboundFile(party.uploadPath, `PAY_size_${size}.bin`, "x".repeat(size));
      expect(await party.transport.submit(file, call)).toEqual({ kind: "sent", verification: "sha256" });
      expect(verified.pop()).toBe("sha256");
      expect(readFileSync(join(party.uploadFolder, file.name)).equals(Buffer.from(file.bytes))).toBe(true);
      expect(readdirSync(party.uploadFolder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    },
  );

  test("the same file again is found, not written a second time", async () => {
    const file = outboundFile(party.uploadPath, "PAY_again.bin");
    await party.transport.submit(file, call);
    const again = { ...file, temporaryName: `${file.name}.2.tmp` };
    verified.length = 0;
    expect(await party.transport.submit(again, call)).toEqual({ kind: "sent", verification: "sha256" });
    expect(verified).toEqual([]);
  });

  test("another file under the final name is left as it is", async () => {
    const file = outboundFile(party.uploadPath, "PAY_taken.bin");
    writeFileSync(join(party.uploadFolder, file.name), "other");
    expect(await party.transport.submit(file, call)).toEqual({ kind: "name_taken" });
    expect(readFileSync(join(party.uploadFolder, file.name), "utf8")).toBe("other");
  });

  test("another file under the temporary name is neither written over nor removed", async () => {
    const file = outboundFile(party.uploadPath, "PAY_tmp_taken.bin");
    const path = join(party.uploadFolder, file.temporaryName);
    writeFileSync(path, "left by nobody knows whom");
    expect(await party.transport.submit(file, call)).toMatchObject({
      kind: "not_sent",
      errorType: "exists_or_failure",
      temporaryRemoved: true,
    });
    expect(readFileSync(path, "utf8")).toBe("left by nobody knows whom");
  });

  test("a final name that appears after the look is not replaced by the rename", async () => {
    const file = outboundFile(party.uploadPath, "PAY_race.bin");
    const late = {
      ...call,
      onVerified: async () => writeFileSync(join(party.uploadFolder, file.name), "quicker"),
    };
    expect((await party.transport.submit(file, late)).kind).toBe("unknown");
    expect(await party.transport.settle(file, () => {})).toEqual({ kind: "name_taken" });
    expect(readFileSync(join(party.uploadFolder, file.name), "utf8")).toBe("quicker");
  });

  test("settling a rename that never happened makes it happen", async () => {
    const file = outboundFile(party.uploadPath, "PAY_settle.bin");
    writeFileSync(join(party.uploadFolder, file.temporaryName), file.bytes);
    expect(await party.transport.settle(file, () => {})).toEqual({ kind: "sent", verification: "sha256" });
    expect(readdirSync(party.uploadFolder).filter((name) => name.startsWith(file.name))).toEqual([file.name]);
  });

  test("a damaged temporary file is never renamed", async () => {
    const file = outboundFile(party.uploadPath, "PAY_damaged.bin");
    writeFileSync(join(party.uploadFolder, file.temporaryName), file.bytes.slice(1));
    expect(await party.transport.settle(file, () => {})).toEqual({ kind: "indeterminate" });
  });

  test("a folder is listed with sizes and times; links are no files; a file is fetched up to a limit", async () => {
    writeFileSync(join(party.downloadFolder, "REC_1.txt"), "12345");
    symlinkSync("/etc/hostname", join(party.downloadFolder, "REC_link.txt"));
    const listed = await party.transport.list(party.downloadPath);
    if (!listed.ok) throw new Error(listed.errorType);
    const entry = listed.value.find(({ name }) => name === "REC_1.txt");
    expect(entry).toMatchObject({ sizeBytes: 5, isFile: true });
    expect(Math.abs((entry?.modifiedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(listed.value.find(({ name }) => name === "REC_link.txt")?.isFile).toBe(false);
    const fetched = await party.transport.fetch(party.downloadPath, "REC_1.txt", 5);
    expect(fetched.ok && Buffer.from(fetched.value).toString()).toBe("12345");
    expect(await party.transport.fetch(party.downloadPath, "REC_1.txt", 4)).toEqual({ ok: false, errorType: "other" });
    expect(await party.transport.fetch(party.downloadPath, "none", 4)).toEqual({
      ok: false,
      errorType: "no_such_file",
    });
  });

  test("the test upload passes every step and leaves nothing", async () => {
    const before = readdirSync(party.uploadFolder);
    expect(await party.transport.testUpload(party.uploadPath, "check.test")).toMatchObject({ ok: true });
    expect(readdirSync(party.uploadFolder)).toEqual(before);
    const failed = await party.transport.testUpload(`${party.uploadPath}/missing`, "check.test");
    expect(failed).toMatchObject({ ok: false, errorType: "no_such_file" });
    expect(failed.steps.at(-1)).toMatchObject({ step: "open", ok: false });
  });
}

describe("the transport against the simulated bank", () => {
  suite(async () => {
    const bank = await createBankSimulator({ clock: systemClock });
    bank.holdReplies();
    return {
      transport: transportTo(endpointOf(bank)),
      uploadPath: "/upload",
      downloadPath: "/download",
      uploadFolder: join(bank.folder, "upload"),
      downloadFolder: join(bank.folder, "download"),
      close: bank.close,
    };
  });
});

describeWith(["sshd"], "the transport against OpenSSH", () => {
  suite(async () => {
    const sshd = await startSshd();
    const { host, port, hostKeyPin, credentials, uploadPath, downloadPath } = sshd;
    const endpoint = {
      host,
      port,
      username: credentials.username,
      privateKey: new Secret(credentials.privateKey),
      hostKeyPins: [hostKeyPin],
      allowUnpinned: false,
    };
    return {
      transport: transportTo(endpoint, { timeouts: { requestMs: 10_000 } }),
      uploadPath,
      downloadPath,
      uploadFolder: uploadPath,
      downloadFolder: downloadPath,
      close: sshd.close,
    };
  });
});
