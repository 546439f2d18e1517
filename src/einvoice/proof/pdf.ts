import {
  beginText,
  endText,
  fill,
  moveText,
  PDFDocument,
  PDFHexString,
  PDFName,
  type PDFRef,
  PDFString,
  rectangle,
  setFontAndSize,
  showText,
} from "pdf-lib";
import type { ProofPage } from "./layout.ts";

const POINTS_PER_MM = 72 / 25.4;
const FONT = PDFName.of("F1");

/**
 * The pages of a proof as PDF, 57 mm wide. Text uses the predefined character collection Adobe-CNS1 (ISO 32000-1, 9.7.5.2) without an
 * embedded font, so that every viewer takes its own Chinese font; all codes are filled rectangles and need none.
 */
export async function renderPdf(pages: readonly ProofPage[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const font = registerFont(pdf);
  for (const page of pages) drawPage(pdf, font, page);
  return pdf.save({ useObjectStreams: false });
}

/** A font of the collection: half-width for the characters 1 to 95, full width for all others. */
function registerFont(pdf: PDFDocument): PDFRef {
  const { context } = pdf;
  const name = "MHei-Medium";
  const descriptor = context.register(
    context.obj({
      Type: "FontDescriptor",
      FontName: name,
      Flags: 4,
      FontBBox: [-45, -250, 1015, 887],
      ItalicAngle: 0,
      Ascent: 887,
      Descent: -250,
      CapHeight: 800,
      StemV: 93,
    }),
  );
  const descendant = context.register(
    context.obj({
      Type: "Font",
      Subtype: "CIDFontType0",
      BaseFont: name,
      CIDSystemInfo: {
        Registry: PDFString.of("Adobe"),
        Ordering: PDFString.of("CNS1"),
        Supplement: 4,
      },
      FontDescriptor: descriptor,
      DW: 1000,
      W: [1, 95, 500],
    }),
  );
  return context.register(
    context.obj({
      Type: "Font",
      Subtype: "Type0",
      BaseFont: name,
      Encoding: "UniCNS-UTF16-H",
      DescendantFonts: [descendant],
    }),
  );
}

function drawPage(pdf: PDFDocument, font: PDFRef, { width, height, texts, rectangles }: ProofPage): void {
  const page = pdf.addPage([width * POINTS_PER_MM, height * POINTS_PER_MM]);
  page.node.setFontDictionary(FONT, font);
  const up = (y: number) => (height - y) * POINTS_PER_MM;
  for (const { x, y, size, text } of texts) {
    page.pushOperators(
      beginText(),
      setFontAndSize(FONT, size * POINTS_PER_MM),
      moveText(x * POINTS_PER_MM, up(y)),
      showText(PDFHexString.of(utf16Hex(text))),
      endText(),
    );
  }
  if (rectangles.length === 0) return;
  for (const one of rectangles) {
    page.pushOperators(
      rectangle(one.x * POINTS_PER_MM, up(one.y + one.height), one.width * POINTS_PER_MM, one.height * POINTS_PER_MM),
    );
  }
  page.pushOperators(fill());
}

function utf16Hex(text: string): string {
  return Buffer.from(text, "utf16le").swap16().toString("hex");
}
