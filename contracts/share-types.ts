/** A type text shorter than this is not worth a name. */
const CHARACTERS_MIN = 40;

export interface Declaration {
  name: string;
  type: string;
}

/** Line ends within a type say nothing; without them equal types are equal texts. */
const oneLine = (type: string) => type.replaceAll(/\s*\n\s*/g, " ");

/**
 * Makes a declaration file smaller without changing what it says. The compiler writes the type of every constant out in
 * full, also where it contains that of another constant; such a part becomes `typeof other`. `imported` are constants of
 * other files that this file imports.
 */
export function shareTypes(source: string, imported: readonly Declaration[] = []): string {
  const found = [...declarationsOf(source)];
  const short = found.map(({ type }) => oneLine(type));
  const own = found.map(({ name }, index) => ({ name, index, type: short[index] ?? "" }));
  const foreign = imported.map(({ name, type }) => ({ name, index: -1, type: oneLine(type) }));
  const byLength = [...foreign, ...own]
    .filter(({ type }) => type.length >= CHARACTERS_MIN && type.startsWith("z."))
    .sort((a, b) => b.type.length - a.type.length || a.index - b.index);
  const written = found.map(({ type }, index) => {
    let text = short[index] ?? type;
    for (const other of byLength) {
      const isPart = other.type.length < (short[index]?.length ?? 0);
      const isTwin = other.type === short[index] && other.index < index;
      if (isPart || isTwin) text = text.replaceAll(other.type, `typeof ${other.name}`);
    }
    return text;
  });
  let position = 0;
  return found.reduce((text, { name, type }, index) => {
    const start = text.indexOf(`const ${name}: ${type};`, position) + `const ${name}: `.length;
    const replaced = `${text.slice(0, start)}${written[index]}${text.slice(start + type.length)}`;
    position = start;
    return replaced;
  }, source);
}

/**
 * Makes a declaration file smaller still: a type that is written out several times gets a name of its own (`S1`, `S2` …) at the
 * end of the file, as long as that saves more than the name costs.
 */
export function nameRepeatedTypes(source: string): string {
  let text = source;
  const names: string[] = [];
  for (;;) {
    const name = `S${names.length + 1}`;
    const best = mostRepeated(text, `type ${name} = ;\n`.length, name.length);
    if (best === undefined || source.includes(name)) return text + names.join("");
    text = text.replaceAll(best, name);
    for (const [index, declared] of names.entries()) names[index] = declared.replaceAll(best, name);
    names.push(`type ${name} = ${best};\n`);
  }
}

/** The schema type whose naming saves most characters; `undefined` when none saves any. */
function mostRepeated(source: string, declarationCost: number, nameCost: number): string | undefined {
  const counts = new Map<string, number>();
  for (const match of source.matchAll(/\bz\.Zod\w+</g)) {
    const type = source.slice(match.index, endOfArguments(source, match.index + match[0].length));
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  let best: { type: string; saved: number } | undefined;
  for (const [type, count] of counts) {
    const saved = count * (type.length - nameCost) - type.length - declarationCost;
    if (saved > (best?.saved ?? 0)) best = { type, saved };
  }
  return best?.type;
}

/** Position behind the bracket that ends a list of type arguments. */
function endOfArguments(source: string, start: number): number {
  let depth = 1;
  for (let position = start; position < source.length; position++) {
    const character = source[position] ?? "";
    if (character === '"') position = source.indexOf('"', position + 1);
    else if ("{[(<".includes(character)) depth++;
    else if ("}])".includes(character) || (character === ">" && source[position - 1] !== "=")) depth--;
    if (depth === 0) return position + 1;
  }
  return source.length;
}

/** Imports from a neighbour those of its constants that the file mentions as `typeof name` and does not import yet. */
export function withImports(source: string, from: string, constants: readonly Declaration[]): string {
  const present = importsOf(source).get(from);
  const names = constants.map(({ name }) => name);
  const missing = names.filter((name) => !present?.has(name) && new RegExp(`\\btypeof ${name}\\b`).test(source));
  return missing.length === 0 ? source : `import { ${missing.join(", ")} } from "${from}";\n${source}`;
}

/** What a file imports from its neighbours: for each neighbour (`./common.js`) the names, as they are there. */
export function importsOf(source: string): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const [, names = "", from = ""] of source.matchAll(/^import \{ ([^}]*) \} from "(\.[^"]*)";$/gm)) {
    const plain = names.split(", ").filter((name) => /^\w+$/.test(name));
    imports.set(from, new Set([...(imports.get(from) ?? []), ...plain]));
  }
  return imports;
}

/** `declare const name: type;`, however many lines the type has. */
export function* declarationsOf(source: string): Generator<Declaration> {
  for (const match of source.matchAll(/^(?:export )?declare const (\w+): /gm)) {
    const start = match.index + match[0].length;
    const end = endOfType(source, start);
    yield { name: match[1] ?? "", type: source.slice(start, end) };
  }
}

/** Position of the semicolon that ends a type; braces may hold others, and texts may hold anything. */
function endOfType(source: string, start: number): number {
  let depth = 0;
  for (let position = start; position < source.length; position++) {
    const character = source[position] ?? "";
    if (character === '"') position = source.indexOf('"', position + 1);
    else if ("{[(".includes(character)) depth++;
    else if ("}])".includes(character)) depth--;
    else if (character === ";" && depth === 0) return position;
  }
  return source.length;
}
