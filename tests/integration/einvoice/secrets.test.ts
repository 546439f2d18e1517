import { afterEach, expect, test } from "bun:test";
import { SecretManagerError } from "../../../src/platform/secret-manager-errors.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld } from "./harness.ts";

let world: EinvoiceWorld;
afterEach(() => world.close());

describeWith(["postgres"], "secrets", () => {
  test("a rotated key is used without a restart, and nothing that waited is lost", async () => {
    world = await createWorld();
    await world.addRange(0, 49);
    const { credentials } = world.simulator;
    const rotating = { "einvoice-api-credentials": JSON.stringify({ ...credentials, api_key: "of yesterday" }) };
    const gateway = await world.start({ runJobs: true, secrets: rotating });
    const { id } = await gateway.handlers.issueInvoice(consumerInvoice("order-0001"), context(gateway));
    const read = () => gateway.handlers.getInvoice({ id }, context(gateway));
    await waitFor("the refused signature", async () => (await read()).upload.reason === "signature");
    rotating["einvoice-api-credentials"] = JSON.stringify(credentials);
    await waitFor("acceptance", async () => (await read()).status === "accepted");
    expect(gateway.platform.logLines.join("\n")).not.toContain("of yesterday");
  }, 30_000);

  test("a store that cannot be read is this provider's problem, said in health", async () => {
    world = await createWorld();
    const gateway = await world.start({ withoutSecret: true });
    const subject = { projectId: "p", secret: "einvoice-api-credentials", role: "roles/secretmanager.secretAccessor" };
    gateway.platform.secrets.read = () => Promise.reject(new SecretManagerError("permission_denied", subject));
    expect(await gateway.einvoice.health()).toMatchObject({
      einvoice: { status: "disabled", detail: expect.stringContaining("permission denied") },
    });
  });
});
