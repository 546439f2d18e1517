import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type FakeSecretManager, startFakeSecretManager } from "../../support/fake-secret-manager.ts";

const root = join(import.meta.dir, "../../..");
const PROJECT = "luckygas-test";
const CANARY = "canary-7f3a9c-value";
let fake: FakeSecretManager;

beforeAll(async () => {
  fake = await startFakeSecretManager(PROJECT);
  fake.put("jwt-secret-key", CANARY);
});
afterAll(() => fake.close());

/** What a process prints while Google's packages are told to print everything. */
async function printedBy(program: string): Promise<string> {
  const child = Bun.spawn([process.execPath, "-e", program], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      GOOGLE_APPLICATION_CREDENTIALS: fake.credentialsFile,
      GOOGLE_SDK_NODE_LOGGING: "all",
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect(output).toContain("DONE");
  return output + errors;
}

/** The forms in which a value may be printed: text, Base64, and a Buffer as JSON. */
const forms = [CANARY, Buffer.from(CANARY).toString("base64"), JSON.stringify([...Buffer.from(CANARY)]).slice(1, -1)];
const leaks = (printed: string) => forms.some((form) => printed.replaceAll(" ", "").includes(form));

test("the debug switch of Google's packages prints no value", async () => {
  const printed = await printedBy(`
    import { systemClock } from "./src/platform/clock.ts";
    import { createLog } from "./src/platform/log.ts";
    import { createSecretManagerStore } from "./src/platform/secret-manager.ts";
    import { openSecretManagerClient } from "./src/platform/secret-manager-client.ts";
    const store = createSecretManagerStore({
      projectId: "${PROJECT}",
      clock: systemClock,
      log: createLog({ level: "DEBUG", clock: systemClock, write: (line) => console.log(line) }),
      openClient: () => openSecretManagerClient("${PROJECT}", ${JSON.stringify(fake.connection)}),
    });
    const secret = await store.read("jwt-secret-key");
    console.log("DONE", secret, secret.reveal().length);
    process.exit(0);`);
  expect(printed).toContain(`DONE [redacted] ${CANARY.length}`);
  expect(leaks(printed)).toBeFalse();
});

test("control: without the precaution it would", async () => {
  const printed = await printedBy(`
    import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
    const client = new SecretManagerServiceClient({ fallback: true, ...${JSON.stringify(fake.connection)} });
    await client.accessSecretVersion({ name: "projects/${PROJECT}/secrets/jwt-secret-key/versions/latest" });
    console.log("DONE");
    process.exit(0);`);
  expect(leaks(printed)).toBeTrue();
});
