const IMPORT = /^import \{ ([^}]*) \} from "(\.[^"]*)";\n?/gm;
const EXPORT = /^export \{ ([^}]*) \};?/m;
/** What the bundler writes for `export * as name from "./name.ts"`: the neighbour's names once more, in the neighbour. */
const NAMESPACE = /^declare namespace \w+_d_exports \{\n {2}export \{[^}]*\};\n\}\n/m;
/** What the bundler calls a neighbour as a whole. */
const WHOLE = /^\w+_d_exports$/;

/**
 * Makes a declaration file smaller in which names stand more than once. What is imported only to be exported becomes
 * `export { … } from`, `export * from` where that is all that the neighbour exports (`neighbour` gives the text of one), and
 * `export * as name from` where a name is a whole neighbour; lists for the latter are left out.
 */
export function passOn(source: string, neighbour: (from: string) => string = () => ""): string {
  const exported = exportsOf(source);
  if (!exported) return source;
  const body = source.replaceAll(IMPORT, "").replace(NAMESPACE, "").replace(EXPORT, "");
  const publicNames = new Map(exported.map((text) => [plainName(text), text]));
  const isUsed = (name: string) => new RegExp(`\\b${name.split(" as ").at(-1)}\\b`).test(body);
  const isPassed = (name: string) => publicNames.has(name) && !isUsed(name);
  const passed = [...source.matchAll(IMPORT)].flatMap(([, names = ""]) => names.split(", ").filter(isPassed));
  const own = exported.filter((text) => !passed.includes(plainName(text)) && !WHOLE.test(text));
  return source
    .replace(NAMESPACE, "")
    .replace(EXPORT, own.length === 0 ? "" : `export { ${own.join(", ")} };`)
    .replaceAll(IMPORT, (_, names: string, from: string) => {
      const used = names.split(", ").filter(isUsed);
      const imported = used.length === 0 ? "" : `import { ${used.join(", ")} } from "${from}";\n`;
      const passing = names.split(", ").filter(isPassed);
      return imported + reexports(passing, from, publicNames, exportsOf(neighbour(from)));
    });
}

/** `a` of `a`, `a as b` and `type a`. */
const plainName = (text: string): string => text.replace(/^type /, "").split(" as ")[0] ?? text;

/** The list of names that a declaration file exports, as they stand there. */
const exportsOf = (source: string): string[] | undefined => EXPORT.exec(source)?.[1]?.split(", ");

function reexports(
  names: readonly string[],
  from: string,
  publicNames: ReadonlyMap<string, string>,
  all: readonly string[] = [],
): string {
  const wholes = names.filter((name) => WHOLE.test(name)).map((name) => publicNames.get(name)?.split(" as ")[1]);
  const single = names.filter((name) => !WHOLE.test(name)).map((name) => publicNames.get(name));
  const isAll = single.length === all.length && all.every((name) => single.includes(name));
  const list = isAll ? "*" : `{ ${single.join(", ")} }`;
  return [
    ...wholes.map((name) => `export * as ${name} from "${from}";\n`),
    ...(single.length > 0 ? [`export ${list} from "${from}";\n`] : []),
  ].join("");
}
