import qrcode from "qrcode-generator";

/** Both codes have the same size; none is smaller than version 6 (MOF QR specification v1.8). */
const VERSION_MIN = 6;
const VERSION_MAX = 40;
const QUIET_MODULES = 2;

type Version = Parameters<typeof qrcode>[0];

/** One bit pattern as a path of squares; `undefined` when the text is too long for the version. */
function qrPath(text: string, version: number): { path: string; size: number } | undefined {
  const code = qrcode(version as Version, "L"); // as: versions are numbers from 1 to 40
  // The generator takes each character for one byte.
  code.addData(String.fromCharCode(...new TextEncoder().encode(text)), "Byte");
  try {
    code.make();
  } catch {
    return undefined;
  }
  const size = code.getModuleCount();
  const squares: string[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (code.isDark(row, column)) squares.push(`M${column} ${row}h1v1h-1z`);
    }
  }
  return { path: squares.join(""), size };
}

/** The two QR codes side by side. */
export function QrCodes({ left, right }: { left: string; right: string }) {
  for (let version = VERSION_MIN; version <= VERSION_MAX; version++) {
    const codes = [qrPath(left, version), qrPath(right, version)].filter((code) => code !== undefined);
    if (codes.length < 2) continue;
    return (
      <div className="codes">
        {codes.map(({ path, size }, index) => (
          <svg
            key={index === 0 ? "left" : "right"}
            viewBox={`-${QUIET_MODULES} -${QUIET_MODULES} ${size + 2 * QUIET_MODULES} ${size + 2 * QUIET_MODULES}`}
            shapeRendering="crispEdges"
            role="img"
            aria-label={index === 0 ? "QR 左" : "QR 右"}
          >
            <path d={path} />
          </svg>
        ))}
      </div>
    );
  }
  return null;
}
