import { isManager, type Session } from "../lib/session.ts";
import { useWords, type Words } from "../lib/words.tsx";
import { Action } from "./action.tsx";
import type { ChoiceFieldSpec, TextFieldSpec } from "./fields.tsx";

const words = {
  managersOnly: ["須由主管執行。", "For managers."],
} satisfies Words;

interface SettleProps {
  label: string;
  title: string;
  explain: string;
  /** What may have become of it, each with what follows. */
  choice: Omit<ChoiceFieldSpec, "kind" | "required">;
  /** How it was found out. */
  evidence: Omit<TextFieldSpec, "kind" | "required">;
  session: Session;
  act(values: Record<string, string>): Promise<unknown>;
  onDone(): void;
}

/** A manager ends what nobody knew, by what was found out. */
export function Settle({ label, title, explain, choice, evidence, session, act, onDone }: SettleProps) {
  const t = useWords(words);
  return (
    <Action
      label={label}
      title={title}
      explain={<p>{explain}</p>}
      confirm={label}
      tone="main"
      unavailable={isManager(session.role) ? undefined : t("managersOnly")}
      fields={[
        { kind: "choice", required: true, ...choice },
        { kind: "area", required: true, ...evidence },
      ]}
      act={act}
      onDone={onDone}
    />
  );
}
