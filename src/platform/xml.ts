import { XMLParser, XMLValidator } from "fast-xml-parser";

/** Elements within elements at most; no message of an outside party has more than a dozen. */
const DEPTH_MAX = 64;

export interface XmlOptions {
  /** Whether `&amp;` and its like are read; references to declared entities never are. */
  entities: boolean;
}

const parsers = {
  plain: createParser(false),
  entities: createParser(true),
};

function createParser(processEntities: boolean): XMLParser {
  return new XMLParser({ removeNSPrefix: true, parseTagValue: false, ignoreAttributes: true, processEntities });
}

/**
 * The elements of an XML text by their local names, values as text; `undefined` when it is not well-formed. A text that
 * declares a document type or entities is not read at all: no message has one, and entities can grow without bound.
 */
export function readXml(text: string, { entities }: XmlOptions): unknown {
  if (/<!(DOCTYPE|ENTITY)/i.test(text) || isTooDeep(text)) return undefined;
  try {
    if (XMLValidator.validate(text) !== true) return undefined;
    return (entities ? parsers.entities : parsers.plain).parse(text);
  } catch {
    // The parser finds some faults that the validator passes, e.g. a processing instruction that does not end.
    return undefined;
  }
}

/** Counted before parsing, which goes one call deeper with each element. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [tag] of text.matchAll(/<[^!?][^>]*>/g)) {
    if (tag.startsWith("</")) depth -= 1;
    else if (!tag.endsWith("/>")) depth += 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}
