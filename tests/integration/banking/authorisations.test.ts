import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordValues } from "../../../src/banking/rules/layout/description.ts";
import { loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../src/banking/rules/layouts/index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import type { BankSimulator } from "../../../src/simulators/bank/index.ts";
import { describeWith } from "../../support/real-parts.ts";
import { as, type BankingProcess, type BankWorld, getBatch, startWorld, untilStatus } from "./banking-kit.ts";

const PAYMENT_DATE = "2030-01-31";

function layout(id: string) {
  const loaded = loadLayout(builtInLayouts.get(id));
  if (!loaded.ok) throw new Error(loaded.problems.join());
  return loaded.layout;
}

const ach = {
  paymentLayout: "ach-p01",
  replyLayout: "ach-r01",
  authorisationLayout: "ach-p02",
  authorisationReplyLayout: "ach-r02",
  fileValues: {
    senderUnit: "0170000",
    receiverUnit: "9990250",
    presentingUnit: "0170000",
    presentingAccount: "1234567890",
    transactionCode: "704",
    originatorId: "48790067",
  },
};

let count = 0;
const customer = () => {
  count += 1;
  return {
    customerNumber: `C${String(count).padStart(6, "0")}`,
    receivingUnit: "8220901",
    accountNumber: `0012345678${String(count).padStart(4, "0")}`,
    idNumber: "A123456789",
  };
};
type Mandate = ReturnType<typeof customer>;

describeWith(["postgres"], "authorisations for debits", () => {
  let world: BankWorld;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  beforeAll(async () => {
    world = await startWorld(ach, {
      banks: [{ bankCode: "ctbc" }, { ...ach, bankCode: "esun", authorisationCheck: false }],
    });
    ({ bank, gateway } = world);
    bank.holdReplies();
  });
  afterAll(() => world.close());

  const clerk = () => as(gateway, "clerk");
  const boss = () => as(gateway, "boss");
  const evidence = "the bank's clerk said so on the telephone";
  const register = (items: (Mandate & { action?: "add" | "delete" })[], idempotencyKey: string = crypto.randomUUID()) =>
    gateway.handlers.registerAuthorisations(
      { idempotencyKey, bank: "mega", items: items.map((item) => ({ action: "add", ...item })) },
      clerk(),
    );
  const list = async (more: { customerNumber?: string; batchId?: string }) =>
    (await gateway.handlers.listAuthorisations({ limit: 50, ...more }, clerk())).items;
  const statusOf = async ({ customerNumber }: Mandate) => (await list({ customerNumber })).map(({ status }) => status);

  async function send(batchId: string) {
    const { file } = await gateway.handlers.sealBatch({ batchId }, clerk());
    await gateway.handlers.approveBatch({ batchId, sha256: file?.sha256 ?? "" }, boss());
    await gateway.handlers.sendBatch({ batchId }, clerk());
    await untilStatus(gateway, batchId, "sent");
    return file?.name ?? "";
  }

  let files = 0;
  /** The clearing house's answer to a file that lies in the upload folder, one code per request. */
  async function answer(
    name: string,
    codes: readonly string[],
    change: (line: RecordValues) => RecordValues = (l) => l,
  ) {
    const asked = layout("ach-p02").decode(readFileSync(join(bank.folder, "upload", name)));
    if (!asked.ok) throw new Error(JSON.stringify(asked.problems));
    const details = asked.content.details.flatMap(({ values }, index) => {
      const { sequence, ...same } = values;
      const responseCode = codes[index];
      return responseCode === undefined ? [] : [change({ ...same, originalSequence: sequence ?? 0, responseCode })];
    });
    const reply = layout("ach-r02").encode({ header: { fileDate: "2030-01-31", senderUnit: "9990250" }, details });
    if (!reply.ok) throw new Error(JSON.stringify(reply.problems));
    files += 1;
    writeFileSync(join(bank.folder, "download", `AUTHREC_20300131_${files}.txt`), reply.bytes);
    const polled = await gateway.handlers.pollInbound({ bank: "mega" }, clerk());
    return polled.received.at(-1);
  }

  const debits = (mandates: readonly Mandate[], amount = 690) =>
    mandates.map((mandate, index) => ({
      ...mandate,
      transactionId: `D${mandate.customerNumber}-${index}-${crypto.randomUUID().slice(0, 6)}`,
      accountHolder: "許功蓋",
      amount,
    }));
  const createDebits = (mandates: readonly Mandate[]) =>
    gateway.handlers.createBatch(
      { idempotencyKey: crypto.randomUUID(), bank: "mega", paymentDate: PAYMENT_DATE, items: debits(mandates) },
      clerk(),
    );

  async function confirmed(...mandates: Mandate[]) {
    await gateway.handlers.recordAuthorisations({ bank: "mega", items: mandates, evidence }, boss());
    return mandates;
  }

  test("asked for, sent, answered: accepted ones are confirmed, refused ones refused with the bank's code", async () => {
    const [first, second, third] = [customer(), customer(), customer()];
    const batch = await register([first, second, third]);
    expect(batch).toMatchObject({ kind: "authorisation", status: "draft", recordCount: 3, totalAmount: 0 });
    expect(await statusOf(first)).toEqual(["pending"]);
    const name = await send(batch.id);
    expect(name).toStartWith("AUTH_");
    expect(await answer(name, ["0", "3"])).toMatchObject({
      kind: "authorisation_reply",
      status: "applied",
      batchId: batch.id,
    });
    expect(await statusOf(first)).toEqual(["confirmed"]);
    expect((await list({ customerNumber: second.customerNumber }))[0]).toMatchObject({
      status: "refused",
      responseCode: "3",
      responseMeaning: "委繳戶統一編號不符",
      accountNumber: expect.stringMatching(/^\*+[0-9]{4}$/),
      idNumber: "*******789",
    });
    expect(await statusOf(third)).toEqual(["pending"]);
    expect((await getBatch(gateway, batch.id)).status).toBe("acknowledged");
    await answer(name, ["0", "3", "0"]);
    expect(await statusOf(third)).toEqual(["confirmed"]);
    expect((await getBatch(gateway, batch.id)).status).toBe("reconciled");
    expect(await gateway.handlers.getReconciliation({ batchId: batch.id, limit: 10 }, clerk())).toMatchObject({
      succeeded: { count: 2 },
      failed: { count: 1 },
      posted: { count: 0, amount: 0 },
      classes: { matched_success: 2, matched_failed: 1, already_final_same: 2 },
    });
  });

  test("a reply without our note is matched by account and customer number, else by the day and number of the request", async () => {
    const [first, second] = [customer(), customer()];
    const batch = await register([first, second]);
    const name = await send(batch.id);
    // The reply counts its own lines here, so the account and the customer number alone tell what is meant.
    await answer(name, ["0"], ({ transactionId: _note, ...line }) => ({ ...line, originalSequence: 77 }));
    expect(await statusOf(first)).toEqual(["confirmed"]);
    await answer(name, ["0", "0"], ({ transactionId: _note, ...line }) => ({ ...line, customerNumber: "OTHER" }));
    expect(await statusOf(second)).toEqual(["confirmed"]);
  });

  test("a debit without an authorisation is refused with item and rule; one whose authorisation is pending is held", async () => {
    const known = customer();
    const unknown = customer();
    const batch = await register([known]);
    await expect(createDebits([known, unknown])).rejects.toMatchObject({
      code: "invalid_input",
      options: {
        reason: "authorisation_missing",
        fields: [{ path: "items.1.accountNumber", rule: expect.stringContaining("no authorisation") }],
      },
    });
    const draft = await createDebits([known]);
    await expect(gateway.handlers.sealBatch({ batchId: draft.id }, clerk())).rejects.toMatchObject({
      code: "state_not_allowed",
      options: {
        reason: "authorisation_missing",
        fields: [{ path: "items.0.accountNumber", rule: expect.stringContaining("not confirmed") }],
      },
    });
    await answer(await send(batch.id), ["0"]);
    expect(await gateway.handlers.sealBatch({ batchId: draft.id }, clerk())).toMatchObject({ status: "sealed" });
  });

  test("a bank whose authorisations are looked after elsewhere takes any debit (control)", async () => {
    const items = debits([customer()]);
    const input = { idempotencyKey: crypto.randomUUID(), bank: "esun", paymentDate: PAYMENT_DATE, items };
    expect((await gateway.handlers.createBatch(input, clerk())).status).toBe("draft");
  });

  test("what a debit says must be what was authorised", async () => {
    const [mandate] = await confirmed(customer());
    if (!mandate) throw new Error("none");
    const without = { ...mandate, customerNumber: "" };
    for (const [item, field] of [
      [{ ...mandate, idNumber: "B123456789" }, "idNumber"],
      [{ ...mandate, accountNumber: "99999999" }, "accountNumber"],
      [{ ...mandate, receivingUnit: "0040037" }, "accountNumber"],
      [without, "customerNumber"],
    ] as const) {
      const { customerNumber, ...rest } = item;
      const [debit] = debits([{ ...rest, customerNumber: customerNumber || "C" }]);
      const items = debit ? [{ ...debit, customerNumber: customerNumber || undefined }] : [];
      const create = gateway.handlers.createBatch(
        { idempotencyKey: crypto.randomUUID(), bank: "mega", paymentDate: PAYMENT_DATE, items },
        clerk(),
      );
      await expect(create).rejects.toMatchObject({ options: { fields: [{ path: `items.0.${field}` }] } });
    }
    // Another branch of the same bank, and zeros in front of the account, are the same account.
    const accountNumber = mandate.accountNumber.replace(/^0+/, "");
    expect((await createDebits([{ ...mandate, accountNumber, receivingUnit: "8220037" }])).status).toBe("draft");
  });

  test("an end is asked for: debits are held from then on; refused, it stands again; accepted, it is revoked", async () => {
    const [mandate] = await confirmed(customer());
    if (!mandate) throw new Error("none");
    const draft = await createDebits([mandate]);
    const first = await register([{ ...mandate, action: "delete" }]);
    expect(await statusOf(mandate)).toEqual(["revoking"]);
    await expect(gateway.handlers.sealBatch({ batchId: draft.id }, clerk())).rejects.toMatchObject({
      options: { reason: "authorisation_missing" },
    });
    const file = await gateway.handlers.previewFile({ batchId: first.id }, clerk());
    const sent = layout("ach-p02").decode(Buffer.from(file.contentBase64, "base64"));
    expect(sent.ok && sent.content.details[0]?.values.transactionType).toBe("D");
    await answer(await send(first.id), ["5"]);
    expect(await statusOf(mandate)).toEqual(["confirmed"]);
    const again = await register([{ ...mandate, action: "delete" }]);
    await answer(await send(again.id), ["0"]);
    expect(await statusOf(mandate)).toEqual(["revoked"]);
    await expect(createDebits([mandate])).rejects.toMatchObject({
      options: { fields: [{ rule: expect.stringContaining("revoked") }] },
    });
    expect((await register([mandate])).status).toBe("draft");
  });

  test("an authorisation that ends between approval and sending holds the batch", async () => {
    const [mandate, other] = await confirmed(customer(), customer());
    if (!mandate || !other) throw new Error("none");
    const { id: batchId } = await createDebits([other, mandate]);
    const { file } = await gateway.handlers.sealBatch({ batchId }, clerk());
    await gateway.handlers.approveBatch({ batchId, sha256: file?.sha256 ?? "" }, boss());
    const [row] = await list({ customerNumber: mandate.customerNumber });
    const settle = (outcome: "confirmed" | "revoked") =>
      gateway.handlers.settleAuthorisation({ authorisationId: row?.id ?? "", outcome, evidence }, boss());
    expect(await settle("revoked")).toMatchObject({ status: "revoked", decidedBy: "boss", evidence });
    await expect(gateway.handlers.sendBatch({ batchId }, clerk())).rejects.toMatchObject({
      code: "state_not_allowed",
      options: { reason: "authorisation_missing", fields: [{ path: "items.1.accountNumber" }] },
    });
    expect(await getBatch(gateway, batchId)).toMatchObject({ status: "held", heldReason: "authorisation_missing" });
    expect(readdirSync(join(bank.folder, "upload"))).not.toContain(file?.name ?? "");
    await settle("confirmed");
    await gateway.handlers.sendBatch({ batchId }, clerk());
    await untilStatus(gateway, batchId, "sent");
  });

  test("a return that says nobody authorised the debit ends the authorisation", async () => {
    const [ended, poor] = await confirmed(customer(), customer());
    if (!ended || !poor) throw new Error("none");
    const { id: batchId } = await createDebits([ended, poor]);
    await send(batchId);
    const unit = { senderUnit: "9990250", receiverUnit: "0170000" };
    const details = ["03", "01"].map((responseCode, index) => ({
      transactionCode: "704",
      presentingUnit: "0170000",
      presentingAccount: "1234567890",
      receivingUnit: "8220901",
      accountNumber: [ended, poor][index]?.accountNumber ?? "",
      amount: 690,
      responseCode,
      originalDate: taipeiDate(systemClock.now()),
      originalSequence: index + 1,
    }));
    const returns = layout("ach-r01").encode({ header: { fileDate: PAYMENT_DATE, ...unit }, details, trailer: {} });
    if (!returns.ok) throw new Error(JSON.stringify(returns.problems));
    writeFileSync(join(bank.folder, "download", "REC_20300131_03.txt"), returns.bytes);
    const { received } = await gateway.handlers.pollInbound({ bank: "mega" }, clerk());
    expect(received).toMatchObject([{ kind: "reply", status: "applied" }]);
    expect((await list({ customerNumber: ended.customerNumber }))[0]).toMatchObject({
      status: "revoked",
      responseCode: "03",
    });
    expect(await statusOf(poor)).toEqual(["confirmed"]);
  });

  test("a cancelled file asks for nothing: what was pending is withdrawn, what was about to end stands", async () => {
    const fresh = customer();
    const [standing] = await confirmed(customer());
    if (!standing) throw new Error("none");
    const batch = await register([fresh, { ...standing, action: "delete" }]);
    await gateway.handlers.cancelBatch({ batchId: batch.id, reason: "the form was not signed" }, clerk());
    expect(await statusOf(fresh)).toEqual(["withdrawn"]);
    expect(await statusOf(standing)).toEqual(["confirmed"]);
    const [row] = await list({ customerNumber: fresh.customerNumber });
    const settled = gateway.handlers.settleAuthorisation(
      { authorisationId: row?.id ?? "", outcome: "confirmed", evidence },
      boss(),
    );
    await expect(settled).rejects.toMatchObject({ code: "state_not_allowed" });
    expect((await register([fresh])).status).toBe("draft");
  });

  test("the same key gives the same file; wrong requests are refused with their items, and nothing is stored", async () => {
    const [known, fresh] = [customer(), customer()];
    const key = crypto.randomUUID();
    const batch = await register([known], key);
    expect((await register([known], key)).id).toBe(batch.id);
    await expect(register([fresh], key)).rejects.toMatchObject({ code: "conflict" });
    await expect(register([fresh, known])).rejects.toMatchObject({
      options: { reason: "authorisation_state", fields: [{ path: "items.1.accountNumber" }] },
    });
    await expect(register([fresh, fresh])).rejects.toMatchObject({ options: { fields: [{ path: "items.1" }] } });
    await expect(register([{ ...fresh, action: "delete" }])).rejects.toMatchObject({
      options: { fields: [{ path: "items.0.accountNumber", rule: expect.stringContaining("no confirmed") }] },
    });
    expect(await list({ customerNumber: fresh.customerNumber })).toEqual([]);
    const elsewhere = gateway.handlers.registerAuthorisations(
      { idempotencyKey: crypto.randomUUID(), bank: "ctbc", items: [{ ...fresh, action: "add" }] },
      clerk(),
    );
    await expect(elsewhere).rejects.toMatchObject({ code: "unsupported", options: { reason: "no_authorisations" } });
  });
});
