import { chineseOf } from "../lib/gateway-words.ts";
import { reasonText } from "../lib/reasons.ts";
import { inLanguage, useLanguage } from "../lib/words.tsx";

/** The gateway's own words: in Chinese where they are known, with the English below for whoever has to quote it. */
export function Told({ english, chinese }: { english: string | null | undefined; chinese?: string | undefined }) {
  const language = useLanguage();
  if (!english) return "–";
  const translated = language === "zh" ? (chinese ?? chineseOf(english)) : undefined;
  if (translated === undefined) return <span lang="en">{english}</span>;
  return (
    <>
      {translated}
      <small className="original" lang="en">
        {english}
      </small>
    </>
  );
}

/** A reason of the gateway's stable list, in the reader's language. */
export function Reason({ code }: { code: string | null | undefined }) {
  const language = useLanguage();
  if (!code) return <>–</>;
  return <span title={code}>{inLanguage(language, reasonText(code))}</span>;
}
