import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AssignBranchNumbersInput } from "@luckygas/gateway-client";
import { periodOf } from "../../../src/einvoice/rules/period.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import {
  consumerInvoice,
  context,
  createWorld,
  type EinvoiceWorld,
  type TestGateway,
  turnkeySeller,
  yearMonthNow,
} from "./harness.ts";

let world: EinvoiceWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.reset());
afterAll(() => world.close());

const BRANCH = "04595257";
const invoicePeriod = periodOf(new Date());

const assign = (
  gateway: TestGateway,
  beginNumber: number,
  endNumber: number,
  more: Partial<AssignBranchNumbersInput> = {},
) =>
  gateway.handlers.assignBranchNumbers(
    {
      ...{ idempotencyKey: "branch-0001", invoicePeriod, prefix: "AA", branchUbn: BRANCH, beginNumber, endNumber },
      ...more,
    },
    context(gateway),
  );
const ranges = async () => {
  const rows = await world.sql`
    SELECT range_start, range_end, current_number, is_active, branch_ubn FROM invoice_sequences ORDER BY range_start`;
  return rows.map((row) => [row.range_start, row.range_end, row.current_number, row.is_active, row.branch_ubn]);
};
const issue = (gateway: TestGateway, key: string) =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => [error.code, error.options?.reason ?? error.options?.fields?.map(({ path }: { path: string }) => path)],
  );

describeWith(["postgres"], "numbers for a branch", () => {
  test.each([
    [
      "at the beginning",
      0,
      49,
      [
        [0, 49, 0, false, BRANCH],
        [50, 199, 50, true, null],
      ],
    ],
    [
      "in the middle",
      50,
      99,
      [
        [0, 49, 0, true, null],
        [50, 99, 50, false, BRANCH],
        [100, 199, 100, true, null],
      ],
    ],
    [
      "at the end",
      150,
      199,
      [
        [0, 149, 0, true, null],
        [150, 199, 150, false, BRANCH],
      ],
    ],
    ["all of it", 0, 199, [[0, 199, 0, false, BRANCH]]],
  ])(
    "%s of a range: the rest stays, and the whole range is known when it is imported again",
    async (_where, begin, end, expected) => {
      await world.addRange(0, 199);
      const gateway = await world.start();
      expect(await assign(gateway, begin, end)).toMatchObject({
        ...{
          invoicePeriod,
          prefix: "AA",
          branchUbn: BRANCH,
          count: end - begin + 1,
          status: "by_hand",
          messageId: null,
        },
        beginNumber: String(begin).padStart(8, "0"),
      });
      expect(await ranges()).toEqual(expected);
      const whole = { yearMonth: yearMonthNow(), prefix: "AA", rangeStart: 0, rangeEnd: 199 };
      const { items } = await gateway.handlers.importNumberRanges({ ranges: [whole] }, context(gateway));
      expect(items).toHaveLength(expected.length);
      expect(items.filter(({ branchUbn }) => branchUbn === BRANCH)).toMatchObject([{ isActive: false }]);
      expect(await ranges()).toEqual(expected);
    },
  );

  test("the same key is the same numbers, also at once over two processes; another request under it is refused", async () => {
    await world.addRange(0, 199);
    const gateways = [await world.start(), await world.start()];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => assign(gateways[index % 2] as TestGateway, 50, 99)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await ranges()).toHaveLength(3);
    const [gateway] = gateways as [TestGateway];
    expect(await refusalOf(assign(gateway, 100, 149))).toEqual(["conflict", "idempotency_key_reused"]);
  });

  test("only whole booklets of unused numbers, to another than oneself", async () => {
    await world.addRange(0, 99);
    const gateway = await world.start();
    await issue(gateway, "order-0001");
    expect(await refusalOf(assign(gateway, 1, 50))).toEqual(["invalid_input", ["beginNumber", "endNumber"]]);
    expect(await refusalOf(assign(gateway, 50, 49))).toEqual(["invalid_input", ["endNumber"]]);
    expect(await refusalOf(assign(gateway, 50, 99, { branchUbn: world.simulator.seller.ubn }))).toEqual([
      "invalid_input",
      ["branchUbn"],
    ]);
    expect(await refusalOf(assign(gateway, 0, 49))).toEqual(["state_not_allowed", "numbers_not_free"]);
    expect(await refusalOf(assign(gateway, 50, 149))).toEqual(["state_not_allowed", "numbers_not_free"]);
    expect(await refusalOf(assign(gateway, 50, 99, { prefix: "BB" }))).toEqual([
      "state_not_allowed",
      "numbers_not_free",
    ]);
    expect((await assign(gateway, 50, 99)).count).toBe(50);
    expect(await refusalOf(assign(gateway, 50, 99, { idempotencyKey: "branch-0002" }))).toEqual([
      "state_not_allowed",
      "numbers_not_free",
    ]);
  });

  test("while others issue: no number is given to both", async () => {
    await world.addRange(0, 99);
    const gateway = await world.start();
    const issued = Promise.all(
      Array.from({ length: 100 }, (_, index) => issue(gateway, `order-${1000 + index}`).catch(() => undefined)),
    );
    const assigned = await assign(gateway, 50, 99).catch(() => undefined);
    const numbers = (await issued).flatMap((invoice) => invoice?.invoiceNumber ?? []);
    expect(numbers.filter((number) => number >= "AA00000050")).toHaveLength(assigned ? 0 : 50);
    expect(numbers.length).toBe(assigned ? 50 : 100);
  });
});

describeWith(["postgres"], "messages about numbers over Turnkey", () => {
  let folder = "";
  const drop = (code: string) => join(folder, "numbers", code, "SRC");

  async function start(): Promise<TestGateway> {
    folder = await mkdtemp(join(tmpdir(), "turnkey-"));
    for (const code of ["E0401", "E0402"]) await mkdir(drop(code), { recursive: true });
    await mkdir(join(folder, "storage"));
    await mkdir(join(folder, "results"));
    return world.start({ runJobs: true, defaultSeller: turnkeySeller(world, folder) });
  }
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Turnkey takes the message and sends it. */
  async function taken(code: string): Promise<string> {
    const [name = ""] = await waitFor(`a file of ${code}`, async () => {
      const names = await readdir(drop(code));
      return names.length > 0 && names;
    });
    const content = await readFile(join(drop(code), name), "utf8");
    const backup = join(folder, "numbers", code, "BAK");
    await mkdir(backup, { recursive: true });
    await rename(join(drop(code), name), join(backup, name));
    return content;
  }

  const result = (code: string, outcome: string, text: string) =>
    writeFile(
      join(folder, "results", `ProcessResult-${code}-${outcome}.xml`),
      `<ProcessResult xmlns="urn:GEINV:ProcessResult:4.1"><RoutingInfo/><MessageInfo><Id>x</Id><Size>1</Size><MessageType>${code}</MessageType><Service>B2PMESSAGE</Service><Action>UPLOAD</Action></MessageInfo><Result><Info><Code>${outcome}</Code><Description>${text}</Description><Parameter0>${text}</Parameter0></Info></Result></ProcessResult>`,
    );
  const statusOf = async (kind: string) => {
    const [row] = await world.sql`SELECT id, status FROM einvoice_uploads WHERE kind = ${kind}`;
    return row as { id: string; status: string } | undefined;
  };
  const becomes = (kind: string, status: string) =>
    waitFor(`${kind} ${status}`, async () => {
      const found = await statusOf(kind);
      return found?.status === status && found;
    });

  test("E0401: taken, answered, accepted; a refusal is sent again by hand", async () => {
    await world.addRange(0, 199);
    const gateway = await start();
    const { messageId } = await assign(gateway, 50, 99);
    const xml = await taken("E0401");
    for (const value of [BRANCH, "AA", "00000050", "00000099"]) expect(xml).toContain(value);
    await becomes("branch_numbers", "sent");
    await result("E0401", "E0002", `AA ${invoicePeriod} ${BRANCH}`);
    await waitFor("an outcome", async () => (await statusOf("branch_numbers"))?.status !== "sent");
    const { status, id } = (await statusOf("branch_numbers")) ?? { status: "", id: "" };
    expect(id).toBe(messageId ?? "");
    if (status === "rejected") {
      await gateway.handlers.resendMessage({ messageId: id, note: "平台恢復" }, context(gateway));
    } else {
      const decision = "send_again" as const;
      await gateway.handlers.settleMessage({ messageId: id, decision, note: "平台恢復" }, context(gateway));
    }
    await taken("E0401");
    await result("E0401", "00000", `AA ${invoicePeriod} ${BRANCH}`);
    await becomes("branch_numbers", "accepted");
  });

  test("E0402: once after the period; a result that names it ends it, and a branch's numbers are not in it", async () => {
    await world.addRange(0, 199, { yearMonth: "202501" });
    const gateway = await start();
    await assign(gateway, 50, 99, { invoicePeriod: "11402" });
    const report = () => gateway.handlers.reportUnusedNumbers({ invoicePeriod: "11402" }, context(gateway));
    const reports = await Promise.all([report(), report(), report()]);
    expect(reports.map(({ tracks }) => tracks.map(({ id, unusedCount }) => [id, unusedCount]))).toEqual(
      Array.from({ length: 3 }, () => [[reports[0]?.tracks[0]?.id ?? "", 150]]),
    );
    const xml = await taken("E0402");
    for (const value of ["00000000", "00000049", "00000100", "00000199"]) expect(xml).toContain(value);
    await becomes("unused_numbers", "sent");
    await result("E0402", "00000", "BB11402");
    await Bun.sleep(300);
    expect((await statusOf("unused_numbers"))?.status).toBe("sent");
    await result("E0402", "00000", "AA11402");
    await becomes("unused_numbers", "accepted");
    expect((await report()).tracks).toMatchObject([{ status: "accepted", unusedCount: 150 }]);
  });

  test("a message whose result never names it is ended by whoever has seen it at the platform", async () => {
    await world.addRange(0, 49, { yearMonth: "202501" });
    const gateway = await start();
    await gateway.handlers.reportUnusedNumbers({ invoicePeriod: "11402" }, context(gateway));
    await taken("E0402");
    const { id: messageId } = await becomes("unused_numbers", "sent");
    const { items } = await gateway.handlers.listDeadlines({ limit: 50 }, context(gateway));
    expect(items).toMatchObject([{ messageId, kind: "unused_numbers", remedies: ["settle"] }]);
    const settled = await gateway.handlers.settleMessage(
      { messageId, decision: "accepted", note: "平台頁面顯示已上傳" },
      context(gateway),
    );
    expect(settled).toMatchObject({
      status: "accepted",
      kind: "unused_numbers",
      invoiceId: null,
      invoicePeriod: "11402",
    });
  });
});
