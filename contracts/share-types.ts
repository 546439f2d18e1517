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

/** What a declaration file imports from its neighbours: for each neighbour (`./common.js`) the names, as they are there. */
export function importsOf(source: string): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const [, names = "", from = ""] of source.matchAll(/^import \{ ([^}]*) \} from "(\.[^"]*)";$/gm)) {
    imports.set(from, new Set(names.split(", ").filter((name) => /^\w+$/.test(name))));
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
