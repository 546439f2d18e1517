/** Text that is safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  const codes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replaceAll(/[&<>"']/g, (character) => codes[character] ?? character);
}

/** A path that may be broken after a slash, where the line is too narrow. */
export const breakable = (path: string) => escapeHtml(path).replaceAll("/", "/<wbr>");

/** One line of text, with what stands in backticks or double asterisks set apart. */
export function richLine(text: string): string {
  return escapeHtml(text)
    .replaceAll(/`([^`]+)`/g, "<code>$1</code>")
    .replaceAll(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>");
}

/** Paragraphs, parted by blank lines; lines that begin with `- ` are the items of a list, and may go on in further lines. */
export function richText(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((block) => {
      if (!block.startsWith("- ")) return `<p>${richLine(block)}</p>`;
      const items = block.slice(2).split(/\n- /);
      return `<ul>${items.map((item) => `<li>${richLine(item)}</li>`).join("")}</ul>`;
    })
    .join("");
}

/** An example that a reader may copy. Long ones are folded. */
export function example(title: string, text: string): string {
  const open = text.length <= 600 ? " open" : "";
  return `<details${open}><summary>${escapeHtml(title)}</summary><pre tabindex="0">${escapeHtml(text)}</pre></details>`;
}
