import { afterEach, beforeEach, expect, test } from "bun:test";
import { platformJson } from "../../../src/einvoice/connectors/platform-json/index.ts";
import { documentName } from "../../../src/einvoice/rules/document.ts";
import { createUploadStore, type UploadStore } from "../../../src/einvoice/store/uploads.ts";
import { Secret } from "../../../src/platform/secret.ts";
import {
  consumerInvoice,
  context,
  createWorld,
  type EinvoiceWorld,
  type TestGateway,
} from "../../integration/einvoice/harness.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

/** How long the dead process's claims live on. */
const DEAD_LEASE_MS = 300;

let world: EinvoiceWorld;
let gateway: TestGateway;
let dead: UploadStore;
beforeEach(async () => {
  world = await createWorld();
  await world.addRange(0, 499);
  gateway = await world.start();
  dead = createUploadStore(gateway.platform.database.db, "dead-process");
});
afterEach(() => world.close());

const issue = () => gateway.handlers.issueInvoice(consumerInvoice("order-0001"), context(gateway));

async function claimByDead() {
  const [upload] = await dead.claim(1, DEAD_LEASE_MS);
  if (!upload) throw new Error("nothing to claim");
  return upload;
}

async function submitByDead() {
  const upload = await claimByDead();
  const attemptId = crypto.randomUUID();
  expect(await dead.beginAttempt(upload, { id: attemptId, operation: "submit" }, DEAD_LEASE_MS)).toBe(true);
  return { upload, attemptId };
}

async function sendToPlatform(upload: Awaited<ReturnType<typeof claimByDead>>): Promise<void> {
  const connector = platformJson.create(platformJson.configSchema.parse({}), {
    http: gateway.platform.http,
    environment: "test",
    credentials: { appId: world.simulator.credentials.app_id, apiKey: new Secret(world.simulator.credentials.api_key) },
    tls: undefined,
    overrideBaseUrl: world.simulator.url,
    now: () => new Date(),
  });
  if ("missing" in connector) throw new Error(connector.missing);
  expect((await connector.submit(upload.document)).kind).toBe("accepted");
}

/** A process that is alive takes over: the invoice is accepted, once. */
async function expectFinished(id: string, operations: string[]): Promise<void> {
  const survivor = await world.start({ runJobs: true });
  const invoice = await waitFor("the invoice accepted", async () => {
    const found = await survivor.handlers.getInvoice({ id }, context(survivor));
    return found.status === "accepted" && found;
  });
  expect(invoice.attempts.map((attempt): string => attempt.operation).reverse()).toEqual(operations);
  expect(invoice.attempts.every((attempt) => attempt.finishedAt !== null)).toBe(true);
  const [record, ...others] = world.simulator.records();
  expect(others).toEqual([]);
  expect(record?.contents).toHaveLength(1);
  expect(record?.rtnCodes.filter((code) => code === "1")).toHaveLength(1);
}

describeWith(["postgres"], "a process dies", () => {
  test("after the invoice was issued, before anything else", async () => {
    await expectFinished((await issue()).id, ["submit"]);
  });

  test("after it claimed the upload", async () => {
    const { id } = await issue();
    await claimByDead();
    await expectFinished(id, ["submit"]);
  });

  test("no: it lives, and what it has claimed nobody else takes or settles", async () => {
    const { id } = await issue();
    const living = createUploadStore(gateway.platform.database.db, "living-process");
    const [upload] = await living.claim(10, 60_000);
    expect((await gateway.handlers.getInvoice({ id }, context(gateway))).invoiceNumber).toBe(
      upload ? documentName(upload.document) : "",
    );
    expect(await dead.claim(10, DEAD_LEASE_MS)).toEqual([]);
    if (!upload) throw new Error("nothing was claimed");
    expect(await dead.beginAttempt(upload, { id: crypto.randomUUID(), operation: "submit" }, DEAD_LEASE_MS)).toBe(
      false,
    );
    expect(await dead.recoverInterrupted()).toBe(0);
    expect(await living.beginAttempt(upload, { id: crypto.randomUUID(), operation: "submit" }, 60_000)).toBe(true);
    expect(await dead.recoverInterrupted()).toBe(0);
  });

  test("after it wrote the attempt, before the call", async () => {
    const { id } = await issue();
    await submitByDead();
    expect((await gateway.handlers.getInvoice({ id }, context(gateway))).status).toBe("uploading");
    await expectFinished(id, ["submit", "find", "submit"]);
  });

  test("after the platform accepted, before it was written down", async () => {
    const { id } = await issue();
    const { upload } = await submitByDead();
    await sendToPlatform(upload);
    await expectFinished(id, ["submit", "find"]);
  });

  test("while it asked", async () => {
    const { id } = await issue();
    const { upload, attemptId } = await submitByDead();
    await sendToPlatform(upload);
    await dead.settle(upload.id, attemptId, { status: "unknown", waitMs: 0, reason: "timeout" }, UNKNOWN);
    const asked = await claimByDead();
    expect(await dead.beginAttempt(asked, { id: crypto.randomUUID(), operation: "find" }, DEAD_LEASE_MS)).toBe(true);
    await expectFinished(id, ["submit", "find", "find"]);
  });

  test("no: it was only slow, and comes back after another took over", async () => {
    const { id } = await issue();
    const { upload, attemptId } = await submitByDead();
    await expectFinished(id, ["submit", "find", "submit"]);
    // Its own outcome is kept with its attempt and moves nothing.
    await dead.settle(upload.id, attemptId, { status: "unknown", waitMs: 0, reason: "timeout" }, UNKNOWN);
    expect((await gateway.handlers.getInvoice({ id }, context(gateway))).status).toBe("accepted");
    expect(await dead.beginAttempt(upload, { id: crypto.randomUUID(), operation: "submit" }, DEAD_LEASE_MS)).toBe(
      false,
    );
  });
});

const UNKNOWN = {
  outcome: "unknown",
  reason: "timeout",
  providerCode: null,
  providerMessage: null,
  httpStatus: null,
} as const;
