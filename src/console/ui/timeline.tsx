import type { ReactNode } from "react";
import { taipeiTime } from "../lib/format.ts";
import type { Tone } from "../lib/labels.ts";

export interface Moment {
  key: string;
  at: string;
  tone: Tone;
  title: ReactNode;
  detail?: ReactNode;
}

/** What happened, in order, each with its instant. */
export function Timeline({ moments }: { moments: Moment[] }) {
  return (
    <ol className="timeline">
      {moments.map(({ key, at, tone, title, detail }) => (
        <li key={key} className={tone}>
          <time dateTime={at}>{taipeiTime(at)}</time>
          <div>
            <div className="moment">{title}</div>
            {detail && <div className="detail">{detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
