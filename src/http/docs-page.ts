import { createHash } from "node:crypto";
import { breakable, escapeHtml, example, richText } from "./docs/html.ts";
import { operationSection, type Place } from "./docs/operation.ts";
import { schemaTable } from "./docs/schema.ts";
import { style } from "./docs/style.ts";
import type { Method, OpenApiDocument } from "./openapi/document.ts";

const styleHash = createHash("sha256").update(style).digest("base64");

/** What the page may load: nothing but its own style. It has no script. */
export const docsPagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The API document as one page of HTML, readable without any other address. */
export function renderDocsPage(document: OpenApiDocument): string {
  const title = escapeHtml(document.info.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: API</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">To the text</a>
<div class="layout">
<nav aria-label="Operations">${navigation(document)}</nav>
<main id="main">
<h1>${title}</h1>
<p>Version ${escapeHtml(document.info.version)}. The same as data: <a href="/api/v1/openapi.json"><code>/api/v1/openapi.json</code></a> (OpenAPI ${document.openapi}).</p>
${richText(document.info.description)}
${document.tags.map((tag) => tagSection(tag, document)).join("\n")}
${errorsSection(document)}
${schemasSection(document)}
</main>
</div>
</body>
</html>
`;
}

const methods: Method[] = ["get", "post"];

function placesOf(tag: string, document: OpenApiDocument): Place[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation?.tags.includes(tag) ? [{ path, method, operation }] : [];
    }),
  );
}

function navigation(document: OpenApiDocument): string {
  const parts = document.tags.map(({ name }) => {
    const links = placesOf(name, document).map(({ path, method, operation }) => {
      const shown = breakable(path.replace("/api/v1", ""));
      return `<li><a href="#${escapeHtml(operation.operationId)}"><span class="method ${method}">${method.toUpperCase()}</span> ${shown}</a></li>`;
    });
    return `<h2>${escapeHtml(name)}</h2><ul>${links.join("")}</ul>`;
  });
  return `${parts.join("")}<h2>reference</h2><ul><li><a href="#errors">Errors</a></li><li><a href="#schemas">Schemas</a></li></ul>`;
}

function tagSection({ name, description }: OpenApiDocument["tags"][number], document: OpenApiDocument): string {
  const sections = placesOf(name, document).map((place) => operationSection(place, document));
  return `<h2>${escapeHtml(name)}</h2>${richText(description)}${sections.join("\n")}`;
}

function errorsSection(document: OpenApiDocument): string {
  const parts = Object.entries(document.components.responses).map(([code, answer]) => {
    const content = Object.values(answer.content ?? {})[0];
    const shown = content ? example("Example", JSON.stringify(content.example, undefined, 2)) : "";
    return `<section class="error" id="error-${escapeHtml(code)}"><h3><code>${escapeHtml(code)}</code></h3>${richText(answer.description)}${shown}</section>`;
  });
  return `<h2 id="errors">Errors</h2>${parts.join("\n")}`;
}

function schemasSection(document: OpenApiDocument): string {
  const parts = Object.entries(document.components.schemas).map(([name, schema]) => {
    const told = schema.description ? richText(schema.description) : "";
    return `<section class="schema" id="schema-${escapeHtml(name)}"><h3>${escapeHtml(name)}</h3>${told}${schemaTable(schema)}</section>`;
  });
  return `<h2 id="schemas">Schemas</h2>${parts.join("\n")}`;
}
