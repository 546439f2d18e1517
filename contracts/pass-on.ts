const IMPORT = /^import \{ ([^}]*) \} from ("\.[^"]*");\n?/gm;
const EXPORT = /^export \{ ([^}]*) \};?/m;
/** What the bundler writes for `export * as name from "./name.ts"`: the neighbour's names once more, in the neighbour. */
const NAMESPACE = /^declare namespace \w+_d_exports \{\n {2}export \{[^}]*\};\n\}\n/m;

/**
 * Makes a declaration file smaller in which names stand more than once. A file that imports names only to export them gets
 * `export { … } from`, and `export * as name from` where a name is a whole neighbour; other files lose the lists for the latter.
 */
export function passOn(source: string): string {
  const exported = EXPORT.exec(source)?.[1]?.split(", ");
  if (!exported) return source;
  if (source.replaceAll(IMPORT, "").replace(EXPORT, "").trim() === "") return reexports(source, exported);
  const own = exported.filter((name) => !/^\w+_d_exports$/.test(name));
  return source.replace(NAMESPACE, "").replace(EXPORT, `export { ${own.join(", ")} };`);
}

function reexports(source: string, exported: string[]): string {
  const publicNames = new Map(exported.map((text) => [text.split(" as ")[0], text]));
  const lines = [...source.matchAll(IMPORT)].flatMap(([, names = "", from = ""]) => {
    const passed = names.split(", ").flatMap((name) => publicNames.get(name) ?? []);
    const single = passed.filter((text) => !text.includes("_d_exports as "));
    return [
      ...passed
        .filter((text) => !single.includes(text))
        .map((text) => `export * as ${text.split(" as ")[1]} from ${from};`),
      ...(single.length > 0 ? [`export { ${single.join(", ")} } from ${from};`] : []),
    ];
  });
  return `${lines.join("\n")}\n`;
}
