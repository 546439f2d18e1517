/** A link or a telephone number in a text, in its one form. */
export interface Link {
  kind: "url" | "phone";
  /** Host in lower case with the path as it stands, without scheme, port 443/80 and closing slash; or digits from 0 on. */
  value: string;
}

export interface ApprovedLink extends Link {
  /** Empty: with every provider. */
  provider: string;
  matchesBelow: boolean;
}

const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
/** Handsets and browsers read the Chinese full stop between Latin letters as the dot of a domain. */
const CHINESE_DOT = /(?<=[a-z0-9])[。](?=[a-z0-9])/gi;
const URL_LIKE =
  /(?:(?<scheme>[a-z][a-z0-9+.-]{1,15}):\/\/)?(?<host>(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})|\d{1,3}(?:\.\d{1,3}){3})(?<port>:\d{1,5})?(?<rest>[/?#][^\s"'<>，。、！？；：（）「」【】《》]*)?/giu;
/** Cheap to find: without a dot of any kind, or so many digits, there is nothing to look for. */
const MAY_HAVE_LINK = /[.。．｡․﹒]|(?:\p{Nd}[^\p{Nd}]*){9}/u;
const PHONE_LIKE = /(?<![\p{L}\p{N}])(?:\+?886[\s().-]*0?|\(?0)[\s().-]*[2-9](?:[\s().-]*\d){7,8}(?!\d)/gu;

/**
 * Every link and telephone number of a text. Full-width letters and digits, invisible characters and Chinese dots are read
 * as a handset or a person reads them; a word with a dot and a letter ending counts as a link.
 */
export function findLinks(text: string): Link[] {
  if (!MAY_HAVE_LINK.test(text)) return [];
  const plain = text.normalize("NFKC").replace(UNSEEN, "").replace(CHINESE_DOT, ".");
  const urls = [...plain.matchAll(URL_LIKE)].flatMap((match): Link[] => {
    const { scheme, host = "", port = "", rest = "" } = match.groups ?? {};
    // Four numbers with dots are an address only where something says so; else they may be a version or a date.
    if (/^[\d.]+$/.test(host) && scheme === undefined && rest === "") return [];
    return [{ kind: "url", value: urlValue(host, port, rest) }];
  });
  const outside = plain.replace(URL_LIKE, " ");
  const phones = [...outside.matchAll(PHONE_LIKE)].map(
    ([number]): Link => ({ kind: "phone", value: phoneValue(number) }),
  );
  return [...urls, ...phones];
}

/** A link as an operator writes it, in its one form; `undefined` when it is none, or more than one. */
export function parseLink(kind: Link["kind"], text: string): Link | undefined {
  const [link, ...others] = findLinks(text);
  return link?.kind === kind && others.length === 0 ? link : undefined;
}

/** Whether a provider's register has the link. Below an approved address means below one of its path segments. */
export function isApproved(link: Link, register: readonly ApprovedLink[], provider: string): boolean {
  return register.some((entry) => {
    if (entry.kind !== link.kind || (entry.provider !== "" && entry.provider !== provider)) return false;
    if (entry.value === link.value) return true;
    return entry.matchesBelow && entry.kind === "url" && link.value.startsWith(`${entry.value}/`);
  });
}

function urlValue(host: string, port: string, rest: string): string {
  const path = rest.replace(/[.,!?;:)]+$/, "").replace(/\/+$/, "");
  return `${host.toLowerCase()}${/^:(?:80|443)$/.test(port) ? "" : port}${path}`;
}

function phoneValue(number: string): string {
  const digits = number.replace(/\D/g, "");
  return digits.startsWith("886") ? `0${digits.slice(3).replace(/^0/, "")}` : digits;
}
