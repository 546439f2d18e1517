import createQr from "qrcode-generator";

/** The smallest version that the specification allows (MOF QR specification v1.8), and the largest there is. */
const VERSION_MIN = 6;
const VERSION_MAX = 40;

/** A square of modules; true is dark. */
export interface QrMatrix {
  size: number;
  isDark(row: number, column: number): boolean;
}

/** Both codes of a proof in UTF-8, error correction L, of one version: they are printed side by side in equal size. */
export function qrPair(left: string, right: string): [QrMatrix, QrMatrix] {
  const bytes = Math.max(Buffer.byteLength(left), Buffer.byteLength(right));
  for (let version = VERSION_MIN; version <= VERSION_MAX; version += 1) {
    try {
      return [encode(left, version), encode(right, version)];
    } catch (error) {
      // The library throws a text when the data do not fit.
      if (version === VERSION_MAX) throw new Error(`${bytes} bytes do not fit into a QR code`, { cause: error });
    }
  }
  throw new Error("there is no QR version left to try");
}

function encode(text: string, version: number): QrMatrix {
  // as: the library's type lists the numbers 0 to 40, which the loop keeps to.
  const qr = createQr(version as Parameters<typeof createQr>[0], "L");
  // One character per byte: the library takes the low byte of each.
  qr.addData(Buffer.from(text, "utf8").toString("latin1"), "Byte");
  qr.make();
  return { size: qr.getModuleCount(), isDark: (row, column) => qr.isDark(row, column) };
}
