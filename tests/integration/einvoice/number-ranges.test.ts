import { afterAll, beforeAll, expect, test } from "bun:test";
import { OperationError } from "../../../src/platform/errors.ts";
import { describeWith } from "../../support/real-parts.ts";
import { context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

describeWith(["postgres"], "number ranges on PostgreSQL", () => {
  let world: EinvoiceWorld;
  let gateway: TestGateway;
  beforeAll(async () => {
    world = await createWorld();
    gateway = await world.start();
  });
  afterAll(() => world.close());

  const add = (...ranges: [yearMonth: string, prefix: string, rangeStart: number, rangeEnd: number][]) =>
    gateway.handlers.importNumberRanges(
      {
        ranges: ranges.map(([yearMonth, prefix, rangeStart, rangeEnd]) => ({
          yearMonth,
          prefix,
          rangeStart,
          rangeEnd,
        })),
      },
      context(gateway),
    );

  test("the deployment guide's SQL runs as written", async () => {
    await world.sql.unsafe(
      "INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number, is_active) VALUES ('202501','AA',10000000,19999999,10000000,true);",
    );
    const { items } = await gateway.handlers.listNumberRanges({ limit: 50, invoicePeriod: "11402" }, context(gateway));
    expect(items).toEqual([
      {
        id: expect.any(Number),
        invoicePeriod: "11402",
        prefix: "AA",
        rangeStart: 10_000_000,
        rangeEnd: 19_999_999,
        nextNumber: 10_000_000,
        remaining: 10_000_000,
        isActive: true,
        branchUbn: null,
      },
    ]);
  });

  test("ranges are added all or none, and adding them again changes nothing", async () => {
    const { items } = await add(["202503", "BB", 0, 99], ["202504", "BB", 200, 249]);
    expect(items.map((item) => [item.invoicePeriod, item.rangeStart, item.remaining])).toEqual([
      ["11404", 0, 100],
      ["11404", 200, 50],
    ]);
    expect((await add(["202504", "BB", 0, 99])).items[0]?.id).toBe(items[0]?.id);
    const refused = await add(["202505", "BB", 0, 49], ["202503", "BB", 50, 149], ["202505", "CC", 10, 20]).catch(
      (error: unknown) => error,
    );
    if (!(refused instanceof OperationError)) throw new Error("not refused");
    expect(refused.options.fields?.map((field) => field.path)).toEqual([
      "ranges.1",
      "ranges.2.rangeStart",
      "ranges.2.rangeEnd",
    ]);
    const [count] = await world.sql`SELECT count(*)::int AS rows FROM invoice_sequences WHERE year_month = '202505'`;
    expect(count?.rows).toBe(0);
  });

  test("imports at the same time cannot overlap each other", async () => {
    const settled = await Promise.allSettled([
      add(["202507", "DD", 0, 99]),
      add(["202508", "DD", 50, 149]),
      add(["202507", "DD", 100, 199]),
      add(["202508", "DD", 0, 199]),
    ]);
    const rows =
      await world.sql`SELECT range_start, range_end FROM invoice_sequences WHERE prefix = 'DD' ORDER BY range_start`;
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1];
      if (next) expect(next.range_start).toBeGreaterThan(row.range_end);
    }
    expect(settled.filter((result) => result.status === "fulfilled")).toHaveLength(rows.length);
  });

  test("the list is paged in the order of use", async () => {
    const pages: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await gateway.handlers.listNumberRanges(
        { limit: 2, ...(cursor !== undefined && { cursor }) },
        context(gateway),
      );
      pages.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const rows = await world.sql<{ id: number }[]>`SELECT id FROM invoice_sequences ORDER BY id`;
    expect(pages).toEqual(rows.map((row) => row.id));
  });

  test("the platform's file is imported like a list, and a second time changes nothing", async () => {
    const row = `${world.simulator.seller.ubn},07,一般稅額計算,115/03 ~ 115/04,FF,20000000,20000099`;
    const file = { contentBase64: Buffer.from(row).toString("base64") };
    const first = await gateway.handlers.importNumberRanges({ file }, context(gateway));
    expect(first.items).toMatchObject([{ invoicePeriod: "11504", prefix: "FF", remaining: 100 }]);
    expect(await gateway.handlers.importNumberRanges({ file }, context(gateway))).toEqual(first);
  });
});
