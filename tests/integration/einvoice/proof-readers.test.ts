import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderEscPos } from "../../../src/einvoice/proof/escpos.ts";
import { layOut } from "../../../src/einvoice/proof/layout.ts";
import { renderPdf } from "../../../src/einvoice/proof/pdf.ts";
import { proofSheet } from "../../../src/einvoice/proof/sheet.ts";
import type { IssuedInvoice } from "../../../src/einvoice/rules/content.ts";
import { type ProofCodes, proofCodes } from "../../../src/einvoice/rules/proof.ts";
import { describeWith } from "../../support/real-parts.ts";
import { sampleInvoice } from "../../unit/einvoice/sample-invoice.ts";

const KEY = "FE05F029154F6AA67A78B338ED2F6601";
const PIXELS_PER_INCH = 600;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proof-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "ignore" });
  const output = await new Response(child.stdout).text();
  await child.exited;
  return output;
}

/** What the reader finds in a picture: all barcodes, and all QR codes one after the other without anything between them. */
async function read(picture: string): Promise<{ barcode: string; qrs: string }> {
  const of = (kind: string) => run("zbarimg", "--raw", "-q", "-Sdisable", `-S${kind}.enable`, "-Sbinary", picture);
  return { barcode: await of("code39"), qrs: await of("qrcode") };
}

function expectCodes(found: { barcode: string; qrs: string }, codes: ProofCodes): void {
  expect(found.barcode).toBe(codes.barcode);
  expect([codes.leftQr + codes.rightQr, codes.rightQr + codes.leftQr]).toContain(found.qrs);
}

async function expectReadBack(invoice: IssuedInvoice, capacityBytes?: number): Promise<void> {
  const codes = proofCodes(invoice, { qrKeyHex: KEY, ...(capacityBytes !== undefined && { capacityBytes }) });
  const sheet = proofSheet(invoice, codes, { kind: "original", isTest: true, withItems: true });
  const name = join(folder, crypto.randomUUID());
  await Bun.write(`${name}.pdf`, await renderPdf(layOut(sheet)));
  const page = ["-f", "1", "-l", "1", "-gray", "-singlefile"];
  await run("pdftoppm", "-r", String(PIXELS_PER_INCH), ...page, `${name}.pdf`, name);
  expectCodes(await read(`${name}.pgm`), codes);
  await Promise.all([rm(`${name}.pdf`), rm(`${name}.pgm`)]);
}

async function expectPrinterReadBack(invoice: IssuedInvoice): Promise<void> {
  const codes = proofCodes(invoice, { qrKeyHex: KEY });
  const sheet = proofSheet(invoice, codes, { kind: "original", isTest: false, withItems: false });
  const picture = join(folder, `${crypto.randomUUID()}.pbm`);
  await Bun.write(picture, rasterPicture(Buffer.from(renderEscPos(sheet))));
  expectCodes(await read(picture), codes);
  await rm(picture);
}

const lines = (count: number, name: string): [string, number, number][] =>
  Array.from({ length: count }, (_, index) => [`${name}${index}`, 1 + (index % 3), 25 + index]);

/** `EINVOICE_PROOFS=full`: every number of items from 1 to 200. */
const COUNTS =
  process.env.EINVOICE_PROOFS === "full" ? Array.from({ length: 200 }, (_, index) => index + 1) : [1, 6, 200];
const NAMES = { Chinese: "桶裝瓦斯", ASCII: "LPG 20 kg " };

describeWith(["zbarimg", "pdftoppm"], "a printed proof is read back exactly", () => {
  test.each(Object.entries(NAMES))(
    `of ${COUNTS.length} numbers of items up to 200, %s`,
    async (_what, name) => {
      for (const count of COUNTS) await expectReadBack(sampleInvoice({ lines: lines(count, name) }));
    },
    900_000,
  );

  test.each([
    ["Chinese and ASCII, characters beyond the basic plane", lines(17, "𠮷野家 Gas")],
    ["an item that fits neither code", [["長".repeat(200), 1, 100]] as [string, number, number][]],
    ["prices of seven decimals", [["瓦斯", "3", "305.6666667"]] as [string, string, string][]],
    ["a name with the sign that parts items", [["瓦斯:20:公斤", 1, 850]] as [string, number, number][]],
  ])("%s", async (_what, given) => {
    await expectReadBack(sampleInvoice({ lines: given, number: "QQ00081524", randomCode: "0009" }));
  });

  test("a business's", async () => {
    const input = { buyer: { kind: "business" as const, ubn: "04595257", name: "有限公司" } };
    await expectReadBack(sampleInvoice({ input }));
  });

  test("with the largest capacity that is configured in practice", async () => {
    await expectReadBack(sampleInvoice({ lines: lines(30, "桶裝瓦斯") }), 400);
  });

  test.each(Object.entries(NAMES))(
    "what a thermal printer gets holds the same codes, %s",
    async (_what, name) => {
      for (const count of COUNTS) await expectPrinterReadBack(sampleInvoice({ lines: lines(count, name) }));
    },
    900_000,
  );
});

/** The raster pictures (GS v 0) of a print job below each other, four pixels a dot, as a portable bitmap. */
function rasterPicture(job: Buffer): Buffer {
  const SCALE = 4;
  const rows: boolean[][] = [];
  for (let at = 0; at + 8 <= job.length; at += 1) {
    if (job.readUInt32BE(at) !== 0x1d763000) continue;
    const [bytes, height] = [job.readUInt16LE(at + 4), job.readUInt16LE(at + 6)];
    for (let row = 0; row < 20; row += 1) rows.push(new Array<boolean>(bytes * 8).fill(false));
    for (let row = 0; row < height; row += 1) {
      const start = at + 8 + row * bytes;
      rows.push(
        [...job.subarray(start, start + bytes)].flatMap((byte) =>
          [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => ((byte >> bit) & 1) === 1),
        ),
      );
    }
    at += 7 + bytes * height;
  }
  for (let row = 0; row < 20; row += 1) rows.push(new Array<boolean>(rows[0]?.length ?? 0).fill(false));
  const width = (rows[0]?.length ?? 0) * SCALE;
  const text = rows.flatMap((row) => {
    const line = row.map((dark) => (dark ? "1" : "0").repeat(SCALE)).join("");
    return Array.from({ length: SCALE }, () => line);
  });
  return Buffer.from(`P1\n${width} ${text.length}\n${text.join("\n")}\n`);
}
