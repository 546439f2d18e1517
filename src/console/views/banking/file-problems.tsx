import { useWords, type Words } from "../../lib/words.tsx";
import { Told } from "../../ui/told.tsx";
import type { InboundFile } from "./types.ts";

const words = {
  record: ["第 {record} 筆", "record {record}"],
  column: ["第 {column} 位元組", "byte {column}"],
  more: ["還有 {count} 項", "and {count} more"],
} satisfies Words;

const SHOWN_MAX = 5;

/** What is wrong with a file, with the place of each. */
export function FileProblems({ problems }: { problems: InboundFile["problems"] }) {
  const t = useWords(words);
  if (problems.length === 0) return <>–</>;
  const rest = problems.length - SHOWN_MAX;
  return (
    <ul className="detail">
      {problems.slice(0, SHOWN_MAX).map((problem) => {
        const { record, column, field, rule } = problem;
        const place = [
          record !== undefined && t("record", { record }),
          column !== undefined && t("column", { column }),
          field,
        ].filter(Boolean);
        return (
          <li key={`${place.join()} ${rule}`}>
            {place.length > 0 && `${place.join(" · ")}：`}
            <Told english={rule} />
          </li>
        );
      })}
      {rest > 0 && <li>{t("more", { count: rest })}</li>}
    </ul>
  );
}
