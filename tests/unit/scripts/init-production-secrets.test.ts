import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { runCommand } from "../../../scripts/lib/secrets/command.ts";
import { Interrupted, type Prompt } from "../../../scripts/lib/secrets/prompt.ts";
import { openSecretManagerClient } from "../../../src/platform/secret-manager-client.ts";
import { secretNames } from "../../../src/secret-names.ts";
import { type FakeSecretManager, startFakeSecretManager } from "../../support/fake-secret-manager.ts";
import { createTestIdentity } from "../../support/test-certificate.ts";

const PROJECT = "luckygas-test";
const NOW = new Date("2025-01-15T00:00:00Z");
const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000);
const seller = createTestIdentity({ name: "LuckyGas", validFrom: days(-1), validTo: days(200) });
const renewed = createTestIdentity({ name: "LuckyGas", validFrom: days(-1), validTo: days(400) });
const expired = createTestIdentity({ name: "LuckyGas", validFrom: days(-9), validTo: days(-1) });
const lockedKey = utils.generateKeyPairSync("ed25519", {
  passphrase: "canary phrase",
  cipher: "aes256-ctr",
  rounds: 4,
});
const EVERY8D = ["canary-user", "canary-pass", "https://api.example.tw/", "", ""];

let fake: FakeSecretManager;
let folder: string;
let said: string;
let complained: string;

beforeEach(async () => {
  fake = await startFakeSecretManager(PROJECT);
  folder = await mkdtemp(join(tmpdir(), "secrets-"));
});

afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

interface Run {
  code: number;
  /** Answers that nobody asked for. */
  left: string[];
}

/** Runs the command with these answers; `^C` interrupts, and after the last one the input has ended. */
async function run(words: string[], answers: string[] = []): Promise<Run> {
  const left = [...answers];
  said = "";
  complained = "";
  const take = (question: string) => {
    said += `${question}\n`;
    if (left[0] === "^C") throw new Interrupted("interrupted");
    return left.shift();
  };
  const prompt: Prompt = {
    say: (text) => {
      said += `${text}\n`;
    },
    line: async (question) => take(question),
    lines: async (question) => take(question) ?? "",
  };
  const code = await runCommand(["--project-id", PROJECT, ...words], {
    prompt,
    clock: { now: () => NOW, sleep: async () => {} },
    openClient: (projectId) => openSecretManagerClient(projectId, fake.connection),
    complain: (text) => {
      complained += `${text}\n`;
    },
    limits: { attemptTimeoutMs: 400, callTimeoutMs: 2_000, retriesMax: 2, firstBackoffMs: 1 },
  });
  // Whatever was done, no value may have been shown.
  expect(said + complained).not.toContain("canary");
  return { code, left };
}

const writes = () => fake.requests.filter((request) => request.startsWith("POST"));

describe("asking", () => {
  test("every secret is asked for; skipping all of them writes nothing", async () => {
    const { code, left } = await run(
      [],
      secretNames.map(() => ""),
    );
    expect({ code, left, writes: writes() }).toEqual({ code: 0, left: [], writes: [] });
    for (const name of secretNames) expect(said).toContain(`${name}: `);
    expect(said).toContain("Nothing to write.");
  });

  test("a JSON secret is put together from single answers and created with its checksum", async () => {
    const { code } = await run(["--only", "sms-every8d-credentials"], [...EVERY8D, "y"]);
    expect(code).toBe(0);
    expect(fake.versions("sms-every8d-credentials")).toEqual([
      JSON.stringify({ username: "canary-user", password: "canary-pass", api_url: "https://api.example.tw" }),
    ]);
    expect(said).toContain("create");
    expect(said).toContain("username 11, password 11, api_url 22");
    expect(writes()).toEqual([
      `POST /v1/projects/${PROJECT}/secrets`,
      `POST /v1/projects/${PROJECT}/secrets/sms-every8d-credentials:addVersion`,
    ]);
  });

  test("again with the same answers there is no new version, with another answer there is one", async () => {
    const only = ["--only", "sms-every8d-credentials"];
    await run(only, [...EVERY8D, "y"]);
    const again = await run(only, EVERY8D);
    expect(again.code).toBe(0);
    expect(said).toContain("unchanged");
    expect(fake.versions("sms-every8d-credentials")).toHaveLength(1);
    await run(only, ["canary-user", "canary-new", "https://api.example.tw", "", "", "y"]);
    expect(said).toContain("new version");
    expect(said).toContain("written  sms-every8d-credentials, version 2");
    expect(fake.versions("sms-every8d-credentials")).toHaveLength(2);
  });

  test("a wrong answer is told with its rule and asked again; the answers before it are kept", async () => {
    const answers = ["canary-user", "canary-pass", "http://canary.example.tw", "https://api.example.tw", "", "", "y"];
    const { code, left } = await run(["--only", "sms-every8d-credentials"], answers);
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(said).toContain("api_url: must be an https address");
  });

  test("it does not ask for ever", async () => {
    const { code } = await run(["--only", "jwt-secret-key"], Array(50).fill("short"));
    expect(code).toBe(1);
    expect(complained).toContain("jwt-secret-key: no usable answer in 5 tries");
    expect(writes()).toEqual([]);
  });

  test("a bank with an encrypted key asks for the passphrase, and only then", async () => {
    const only = ["--only", "banking-mega-credentials"];
    const withKey = ["canary-user", "sftp.example.tw", "2222", "", lockedKey.private, "canary phrase", "y"];
    expect(await run(only, withKey)).toEqual({ code: 0, left: [] });
    expect(said).toMatch(/ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}/);
    expect(JSON.parse(fake.versions("banking-mega-credentials")[0] ?? "")).toMatchObject({
      sftp_host: "sftp.example.tw",
      sftp_port: 2222,
      sftp_passphrase: "canary phrase",
    });
    expect(await run(only, ["canary-user", "", "", "canary-pass", "", "y"])).toEqual({ code: 0, left: [] });
  });

  test("a bank without password and key is asked again from the beginning", async () => {
    const answers = ["canary-user", "", "", "", "", "canary-user", "", "", "canary-pass", "", "y"];
    expect(await run(["--only", "banking-mega-credentials"], answers)).toEqual({ code: 0, left: [] });
    expect(said).toContain("sftp_password: is needed");
  });

  test("`generate` makes a strong value that is not shown", async () => {
    await run(["--only", "jwt-secret-key"], ["generate", "y"]);
    const [value = ""] = fake.versions("jwt-secret-key");
    expect(value).toMatch(/^[A-Za-z0-9_-]{64}$/);
    expect(said).not.toContain(value);
  });

  test("only a clear yes writes", async () => {
    for (const answer of ["", "n", "yep", undefined]) {
      const { code } = await run(["--only", "jwt-secret-key"], ["generate", ...(answer === undefined ? [] : [answer])]);
      expect(code).toBe(1);
    }
    expect(writes()).toEqual([]);
    expect((await run(["--only", "jwt-secret-key", "--yes"], ["generate"])).code).toBe(0);
    expect(fake.versions("jwt-secret-key")).toHaveLength(1);
  });

  test("Ctrl-C ends it with 130 and nothing is written", async () => {
    const { code } = await run([], ["canary-password", "^C"]);
    expect({ code, writes: writes() }).toEqual({ code: 130, writes: [] });
  });

  test("a dry run checks and compares, and writes nothing", async () => {
    fake.put("jwt-secret-key", "canary-canary-canary-canary-canary");
    const { code } = await run(["--only", "jwt-secret-key", "--dry-run", "--yes"], ["generate"]);
    expect(code).toBe(0);
    expect(said).toContain("new version");
    expect(said).toContain("Dry run: nothing was written.");
    expect(writes()).toEqual([]);
  });
});

describe("certificate and private key", () => {
  const only = ["--only", "einvoice-certificate,einvoice-private-key"];

  test("a pair is stored and its expiry shown", async () => {
    const { code } = await run(only, [seller.certificate, seller.privateKey, "y"]);
    expect(code).toBe(0);
    expect(said).toContain("LuckyGas, expires 2025-08-03 (200 days)");
    expect(fake.versions("einvoice-private-key")).toEqual([seller.privateKey.trim()]);
  });

  test("a key of another certificate is refused at once", async () => {
    const { code, left } = await run(only, [seller.certificate, renewed.privateKey, seller.privateKey, "y"]);
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(said).toContain("does not belong to the given einvoice-certificate");
  });

  test("an expired certificate is refused", async () => {
    await run(only, [expired.certificate, "", ""]);
    expect(said).toContain("expired on 2025-01-14");
    expect(writes()).toEqual([]);
  });

  test("half a renewal is refused, whichever half", async () => {
    fake.put("einvoice-certificate", seller.certificate);
    fake.put("einvoice-private-key", seller.privateKey);
    const certificateOnly = await run(["--only", "einvoice-certificate"], [renewed.certificate, "y"]);
    expect(certificateOnly.code).toBe(1);
    expect(complained).toContain("give both");
    await run(["--only", "einvoice-private-key"], [renewed.privateKey, "", "y"]);
    expect(said).toContain("does not belong to the stored einvoice-certificate");
    expect(writes()).toEqual([]);
    expect((await run(only, [renewed.certificate, renewed.privateKey, "y"])).code).toBe(0);
    expect(fake.versions("einvoice-private-key")).toHaveLength(2);
  });

  test("what differs in line ends only is unchanged", async () => {
    fake.put("einvoice-certificate", seller.certificate.replaceAll("\n", "\r\n"));
    await run(["--only", "einvoice-certificate"], [seller.certificate]);
    expect(said).toContain("unchanged");
  });
});

describe("from a folder", () => {
  const put = (name: string, content: string) => writeFile(join(folder, name), content);
  const fromFolder = (...more: string[]) => run(["--from-dir", folder, "--yes", ...more]);

  test("one file per secret, without questions; what is not there is skipped", async () => {
    await put("database-password", "canary-password\n");
    await put("sms-mitake-credentials", `{"api_url": "https://a.tw", "username": "canary", "password": "canary"}`);
    await put("einvoice-private-key", seller.privateKey);
    await put("einvoice-certificate", seller.certificate);
    await put(".DS_Store", "x");
    expect((await fromFolder()).code).toBe(0);
    expect(fake.versions("database-password")).toEqual(["canary-password"]);
    expect(fake.versions("sms-mitake-credentials")).toHaveLength(1);
    expect(writes()).toHaveLength(8);
    expect((await fromFolder()).code).toBe(0);
    expect(writes()).toHaveLength(8);
  });

  test("--only passes over the other files", async () => {
    await put("database-password", "canary-password");
    await put("jwt-secret-key", "short");
    expect((await fromFolder("--only", "database-password")).code).toBe(0);
    expect(fake.versions("database-password")).toHaveLength(1);
  });

  test("all problems are told by file, and nothing is written", async () => {
    await put("jwt-secret-key", "canary");
    await put("database-password", "canary-password");
    await put("sms-every8d-credentials", `{"username": "canary"}`);
    expect((await fromFolder()).code).toBe(1);
    expect(complained).toContain("jwt-secret-key: must have at least 32 bytes");
    expect(complained).toContain("sms-every8d-credentials: password: ");
    expect(writes()).toEqual([]);
  });

  test("a file that is no secret is a mistake in its name", async () => {
    await put("sms-every8d-credential", "{}");
    await put("database-password", new TextDecoder("latin1").decode(Uint8Array.of(0x41)));
    expect((await fromFolder()).code).toBe(1);
    expect(complained).toContain("sms-every8d-credential: is no secret of the gateway");
    expect((await run(["--from-dir", join(folder, "absent"), "--yes"])).code).toBe(1);
  });

  test("a file that is not text, or too large, is refused", async () => {
    await writeFile(join(folder, "database-password"), Uint8Array.of(0xff, 0xfe));
    await put("jwt-secret-key", "x".repeat(65_537));
    expect((await fromFolder()).code).toBe(1);
    expect(complained).toContain("database-password: cannot be read as UTF-8 text");
    expect(complained).toContain("jwt-secret-key: must have at most 65536 bytes");
  });
});

describe("Google Cloud refuses or does not answer", () => {
  const only = ["--only", "jwt-secret-key"];

  test("who may not read is told before the first question", async () => {
    fake.permissions.clear();
    const { code, left } = await run(only, ["generate"]);
    expect({ code, left }).toEqual({ code: 3, left: ["generate"] });
    expect(complained).toContain("roles/secretmanager.secretAccessor");
  });

  for (const permission of ["secretmanager.secrets.create", "secretmanager.versions.add"] as const) {
    test(`without ${permission} it names the role`, async () => {
      fake.permissions.delete(permission);
      expect((await run(only, ["generate", "y"])).code).toBe(3);
      expect(complained).toContain("roles/secretmanager.admin");
      expect(said).toContain("NOT WRITTEN  jwt-secret-key");
    });
  }

  test("an unknown project, an API that is off and missing credentials are told apart", async () => {
    fake.projectState = "unknown";
    expect((await run(only)).code).toBe(3);
    expect(complained).toContain(`project ${PROJECT}: does not exist`);
    fake.projectState = "api_disabled";
    expect((await run(only)).code).toBe(3);
    expect(complained).toContain("gcloud services enable");
    process.env.GOOGLE_APPLICATION_CREDENTIALS = "/nonexistent";
    expect((await run(only)).code).toBe(3);
    expect(complained).toContain("gcloud auth application-default login");
  });

  test("an outage ends it with 1 and the same command goes on where it stopped", async () => {
    const names = ["--only", "database-password,jwt-secret-key"];
    await writeFile(join(folder, "database-password"), "canary-password");
    await writeFile(join(folder, "jwt-secret-key"), "canary".repeat(6));
    fake.put("database-password", "canary-older");
    fake.fail("create", { kind: "unavailable" }, 3);
    expect((await run([...names, "--from-dir", folder, "--yes"])).code).toBe(1);
    expect(said).toContain("written  database-password, version 2");
    expect(said).toContain("NOT WRITTEN  jwt-secret-key");
    expect((await run([...names, "--from-dir", folder, "--yes"])).code).toBe(0);
    expect(fake.versions("database-password")).toHaveLength(2);
    expect(fake.versions("jwt-secret-key")).toHaveLength(1);
  });

  test("a version whose answer was lost is found by looking, not added twice", async () => {
    fake.put("jwt-secret-key", "canary-older");
    fake.fail("addVersion", { kind: "cut_after" });
    expect((await run(only, ["canary".repeat(6), "y"])).code).toBe(0);
    expect(fake.versions("jwt-secret-key")).toHaveLength(2);
    expect(said).toContain("written  jwt-secret-key, version 2");
  });

  test("a version that was certainly not added is told as not written", async () => {
    fake.put("jwt-secret-key", "canary-older");
    fake.fail("addVersion", { kind: "hang" });
    expect((await run(only, ["canary".repeat(6), "y"])).code).toBe(1);
    expect(fake.versions("jwt-secret-key")).toHaveLength(1);
  });

  test("a secret that exists without any version, or with a disabled one, gets a version", async () => {
    fake.put("jwt-secret-key", "canary-older");
    fake.disableLatest("jwt-secret-key");
    expect((await run(only, ["canary".repeat(6), "y"])).code).toBe(0);
    expect(said).toContain("latest version disabled");
    expect(fake.versions("jwt-secret-key")).toHaveLength(2);
  });
});

describe("the command line", () => {
  const bad: [string[], string][] = [
    [["--only", "sms-every8d"], "--only: no such secret: sms-every8d"],
    [["--onyl", "x"], "--onyl"],
    [["--project-id", "Not A Project"], "--project-id"],
    [["extra"], "extra"],
  ];
  for (const [words, problem] of bad) {
    test(`${words.join(" ")} is wrong usage`, async () => {
      expect((await run(words)).code).toBe(2);
      expect(complained).toContain(problem);
      expect(complained).toContain("usage: ");
    });
  }

  test("--help explains and asks nothing", async () => {
    expect((await run(["--help"])).code).toBe(0);
    expect(said).toContain("usage: ");
    expect(fake.requests).toEqual([]);
  });
});
