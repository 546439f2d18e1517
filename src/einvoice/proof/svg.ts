import type { ProofPage } from "./layout.ts";

const escapes: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&apos;",
};
const escapeText = (text: string) => text.replaceAll(/[<>&"']/g, (character) => escapes[character] ?? "");
const fixed = (value: number) => value.toFixed(3).replace(/\.?0+$/, "");

/** The pages of a proof below each other as one SVG picture; text is drawn with the reader's own fonts. */
export function renderSvg(pages: readonly ProofPage[]): string {
  const width = Math.max(...pages.map((page) => page.width));
  const height = pages.reduce((total, page) => total + page.height, 0);
  let top = 0;
  const groups = pages.map((page) => {
    const group = `<g transform="translate(0 ${fixed(top)})">${content(page)}</g>`;
    top += page.height;
    return group;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fixed(width)}mm" height="${fixed(height)}mm"`,
    ` viewBox="0 0 ${fixed(width)} ${fixed(height)}"><rect width="100%" height="100%" fill="#fff"/>`,
    ...groups,
    "</svg>",
  ].join("");
}

function content(page: ProofPage): string {
  const bars = page.rectangles.map(
    ({ x, y, width, height }) => `M${fixed(x)} ${fixed(y)}h${fixed(width)}v${fixed(height)}h-${fixed(width)}z`,
  );
  const texts = page.texts.map(
    ({ x, y, size, text }) =>
      `<text x="${fixed(x)}" y="${fixed(y)}" font-size="${fixed(size)}" xml:space="preserve">${escapeText(text)}</text>`,
  );
  const path = bars.length > 0 ? `<path shape-rendering="crispEdges" d="${bars.join("")}"/>` : "";
  return `${path}<g font-family="'Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif">${texts.join("")}</g>`;
}
