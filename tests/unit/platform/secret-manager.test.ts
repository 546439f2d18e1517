import { afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createLog } from "../../../src/platform/log.ts";
import { createSecretManagerStore } from "../../../src/platform/secret-manager.ts";
import { openSecretManagerClient } from "../../../src/platform/secret-manager-client.ts";
import { SecretManagerError } from "../../../src/platform/secret-manager-errors.ts";
import type { SecretStore } from "../../../src/platform/secrets.ts";
import { type FakeSecretManager, startFakeSecretManager } from "../../support/fake-secret-manager.ts";

const PROJECT = "luckygas-test";
const NAME = "sms-every8d-credentials";
const REFRESH_MS = 60_000;
const VALUE = "canary-7f3a9c-value-one";
const NEXT_VALUE = "canary-7f3a9c-value-two";
const PATH = `GET /v1/projects/${PROJECT}/secrets/${NAME}/versions/latest:access`;

let fake: FakeSecretManager;
let logLines: string[];
let nowMs: number;
let store: SecretStore;

beforeEach(async () => {
  fake = await startFakeSecretManager(PROJECT);
  logLines = [];
  nowMs = Date.UTC(2025, 0, 15);
  store = createStore();
});

afterEach(async () => {
  // Whatever a test did, no value may have reached the log.
  expect(logLines.join("\n")).not.toContain("canary");
  await fake.close();
});

function createStore(): SecretStore {
  const clock = {
    now: () => new Date(nowMs),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        // Time stands still in these tests: only a wait that the store gives up ends.
        const timer = setTimeout(resolve, Math.min(ms, 50));
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
  return createSecretManagerStore({
    projectId: PROJECT,
    log: createLog({ level: "DEBUG", clock, write: (line) => logLines.push(line) }),
    clock,
    refreshMs: REFRESH_MS,
    openClient: () => openSecretManagerClient(PROJECT, fake.connection),
    limits: { attemptTimeoutMs: 400, callTimeoutMs: 3_000, retriesMax: 3, firstBackoffMs: 1 },
  });
}

// Loading and first use of Google's client take longer than an attempt may on a busy machine; that is not what is tested.
beforeAll(async () => {
  const warm = await startFakeSecretManager(PROJECT);
  warm.put(NAME, VALUE);
  const client = await openSecretManagerClient(PROJECT, warm.connection);
  await client.accessSecretVersion({ name: `projects/${PROJECT}/secrets/${NAME}/versions/latest` }).catch(() => {});
  await client.close();
  await warm.close();
});

const value = async () => (await store.read(NAME))?.reveal();

async function failureOf(work: Promise<unknown>): Promise<SecretManagerError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SecretManagerError) return error;
    throw error;
  }
  throw new Error("no failure");
}

describe("reading", () => {
  test("asks for the latest version by its path, once, and keeps it", async () => {
    fake.put(NAME, "older");
    fake.put(NAME, VALUE);
    expect(await value()).toBe(VALUE);
    expect(await value()).toBe(VALUE);
    expect(fake.requests).toEqual([PATH]);
    expect(logLines.join()).toContain(`Secret ${NAME}: version 2 is in use`);
  });

  test("readers that come at the same time share one request", async () => {
    fake.put(NAME, VALUE);
    await Promise.all([value(), value(), value()]);
    expect(fake.requests).toHaveLength(1);
  });

  test("one line end at the end is not part of the secret; other text arrives as it is", async () => {
    fake.put(NAME, "密碼 \t x \n\r\n");
    expect(await value()).toBe("密碼 \t x \n");
  });

  test("a secret that does not exist is undefined, and is asked for again before the refresh", async () => {
    expect(await store.read(NAME)).toBeUndefined();
    expect(await store.read(NAME)).toBeUndefined();
    expect(fake.requests).toHaveLength(1);
    fake.put(NAME, VALUE);
    nowMs += 30_000;
    expect(await value()).toBe(VALUE);
  });

  test("the value neither prints nor serialises", async () => {
    fake.put(NAME, VALUE);
    const secret = await store.read(NAME);
    expect(`${secret} ${JSON.stringify({ secret })} ${Bun.inspect(secret)}`).not.toContain("canary");
  });
});

describe("what cannot be read is an error with the name and the remedy", () => {
  test("permission denied names the secret and the role", async () => {
    fake.put(NAME, VALUE);
    fake.permissions.clear();
    const failure = await failureOf(store.read(NAME));
    expect(failure.reason).toBe("permission_denied");
    expect(failure.message).toContain(NAME);
    expect(failure.message).toContain("roles/secretmanager.secretAccessor");
    expect(fake.requests.length).toBeLessThanOrEqual(2);
    expect(JSON.parse(logLines[0] ?? "")).toMatchObject({ severity: "ERROR", error_type: "permission_denied" });
  });

  test("an unknown project and an API that is off are told apart", async () => {
    fake.projectState = "unknown";
    expect((await failureOf(store.read(NAME))).reason).toBe("project_not_found");
    fake.projectState = "api_disabled";
    const failure = await failureOf(store.read("jwt-secret-key"));
    expect(failure.reason).toBe("api_disabled");
    expect(failure.message).toContain(`gcloud services enable secretmanager.googleapis.com --project ${PROJECT}`);
  });

  for (const kind of ["corrupt", "no_checksum"] as const) {
    test(`a payload that does not prove its integrity is never used (${kind})`, async () => {
      fake.put(NAME, VALUE);
      fake.fail("access", { kind });
      const failure = await failureOf(store.read(NAME));
      expect(failure.reason).toBe("corrupted");
      expect(failure.message).toContain(NAME);
      nowMs += 30_000;
      expect(await value()).toBe(VALUE);
    });
  }

  test("bytes that are not text are never used", async () => {
    fake.put(NAME, Uint8Array.of(0xff, 0xfe, 0x41));
    expect((await failureOf(store.read(NAME))).reason).toBe("not_text");
  });

  test("a failure is kept for half a minute, so that an outage is not hammered", async () => {
    fake.permissions.clear();
    await failureOf(store.read(NAME));
    const asked = fake.requests.length;
    await failureOf(store.read(NAME));
    expect(fake.requests).toHaveLength(asked);
    fake.permissions.add("secretmanager.versions.access");
    fake.put(NAME, VALUE);
    nowMs += 30_000;
    expect(await value()).toBe(VALUE);
  });

  test("without credentials it says how to get them, and tries anew later", async () => {
    fake.put(NAME, VALUE);
    process.env.GOOGLE_APPLICATION_CREDENTIALS = "/nonexistent/account.json";
    const failure = await failureOf(store.read(NAME));
    expect(failure.reason).toBe("unauthenticated");
    expect(failure.message).toContain("GOOGLE_APPLICATION_CREDENTIALS");
    process.env.GOOGLE_APPLICATION_CREDENTIALS = fake.credentialsFile;
    nowMs += 30_000;
    expect(await value()).toBe(VALUE);
  });
});

describe("no answer", () => {
  for (const kind of ["unavailable", "hang", "cut"] as const) {
    test(`${kind} twice, then an answer: repeated and found`, async () => {
      fake.put(NAME, VALUE);
      fake.fail("access", { kind }, 2);
      expect(await value()).toBe(VALUE);
      expect(fake.requests.length).toBeGreaterThanOrEqual(3);
    });
  }

  test("the repetitions end", async () => {
    fake.put(NAME, VALUE);
    fake.fail("access", { kind: "unavailable" }, 100);
    expect((await failureOf(store.read(NAME))).reason).toBe("unavailable");
    expect(fake.requests).toHaveLength(4);
  });

  test("a page of a proxy with status 404 is not taken for a missing secret", async () => {
    fake.put(NAME, VALUE);
    fake.fail("access", { kind: "html_404" });
    expect((await failureOf(store.read(NAME))).reason).toBe("unexpected");
  });

  test("a reply that cannot be read is not quoted", async () => {
    fake.put(NAME, VALUE);
    fake.fail("access", { kind: "junk" }, 100);
    const failure = await failureOf(store.read(NAME));
    expect(`${failure.message} ${failure.stack} ${Bun.inspect(failure)}`).not.toContain("canary");
  });
});

describe("rotation", () => {
  test("a new version is in use after the interval, without a restart", async () => {
    fake.put(NAME, VALUE);
    expect(await value()).toBe(VALUE);
    fake.put(NAME, NEXT_VALUE);
    nowMs += REFRESH_MS - 1;
    expect(await value()).toBe(VALUE);
    nowMs += 1;
    expect(await value()).toBe(NEXT_VALUE);
    expect(logLines.join("\n")).toContain(`Secret ${NAME}: version 2 is in use`);
  });

  test("an unchanged version is the same object, a new one is another", async () => {
    fake.put(NAME, VALUE);
    const first = await store.read(NAME);
    nowMs += REFRESH_MS;
    expect(await store.read(NAME)).toBe(first);
    fake.put(NAME, NEXT_VALUE);
    nowMs += REFRESH_MS;
    expect(await store.read(NAME)).not.toBe(first);
  });

  for (const what of ["denied", "unavailable", "corrupted"] as const) {
    test(`a refresh that fails (${what}) leaves the last good value in use and says so`, async () => {
      fake.put(NAME, VALUE);
      await value();
      fake.put(NAME, NEXT_VALUE);
      if (what === "denied") fake.permissions.clear();
      if (what === "unavailable") fake.fail("access", { kind: "unavailable" }, 4);
      if (what === "corrupted") fake.fail("access", { kind: "corrupt" });
      nowMs += REFRESH_MS;
      expect(await value()).toBe(VALUE);
      const warning = logLines.map((line) => JSON.parse(line)).find(({ severity }) => severity === "WARNING");
      expect(warning?.message).toContain("the last good value stays in use");
      expect(warning?.message).toContain(NAME);
      fake.permissions.add("secretmanager.versions.access");
      nowMs += 30_000;
      expect(await value()).toBe(NEXT_VALUE);
    });
  }

  test("a refresh without an answer holds a reader up only for a moment", async () => {
    fake.put(NAME, VALUE);
    await value();
    fake.put(NAME, NEXT_VALUE);
    fake.fail("access", { kind: "hang" }, 1);
    nowMs += REFRESH_MS;
    // The waiting of this test's clock ends before the attempt times out.
    expect(await value()).toBe(VALUE);
    expect(fake.requests).toHaveLength(2);
  });

  test("a secret whose latest version is disabled or that is deleted is no longer used", async () => {
    fake.put(NAME, VALUE);
    fake.put("jwt-secret-key", VALUE);
    await value();
    await store.read("jwt-secret-key");
    fake.disableLatest(NAME);
    fake.remove("jwt-secret-key");
    nowMs += REFRESH_MS;
    expect(await store.read(NAME)).toBeUndefined();
    expect(await store.read("jwt-secret-key")).toBeUndefined();
    expect(logLines.filter((line) => line.includes("no longer used"))).toHaveLength(2);
  });

  test("a clock that is set back does not keep a value for longer", async () => {
    fake.put(NAME, VALUE);
    await value();
    fake.put(NAME, NEXT_VALUE);
    nowMs -= 3_600_000;
    expect(await value()).toBe(NEXT_VALUE);
  });
});
