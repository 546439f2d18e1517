import type { Label, Tone } from "../lib/labels.ts";
import { inLanguage, useLanguage } from "../lib/words.tsx";

/** A shape for each tone, so that nothing is told by colour alone. */
const marks: Record<Tone, string> = { good: "●", busy: "◔", idle: "○", warn: "▲", bad: "✕" };

export function Badge({ label }: { label: Label }) {
  const language = useLanguage();
  return (
    <span className={`badge ${label.tone}`}>
      <span aria-hidden="true" className="mark">
        {marks[label.tone]}
      </span>
      {inLanguage(language, label.text)}
    </span>
  );
}
