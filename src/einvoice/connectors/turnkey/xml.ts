/** A child element: its name and text, or its own children. An absent value leaves the element out. */
export type XmlChild = readonly [name: string, content: string | null | readonly XmlChild[]];

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const escapeText = (text: string) => text.replaceAll(/[&<>]/g, (character) => escapes[character] ?? "");

function element([name, content]: XmlChild): string {
  if (content === null) return "";
  const inner = typeof content === "string" ? escapeText(content) : content.map(element).join("");
  return `<${name}>${inner}</${name}>`;
}

/** A message of MIG 4.1: UTF-8, its elements in the order given, which is that of the schema. */
export function xmlMessage(root: string, messageCode: string, children: readonly XmlChild[]): string {
  const namespace = `urn:GEINV:eInvoiceMessage:${messageCode}:4.1`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${children.map(element).join("")}</${root}>\n`;
}
