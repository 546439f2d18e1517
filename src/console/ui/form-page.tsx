import type { ReactNode } from "react";
import type { Submission } from "../lib/use-submit.ts";
import { useWords, type Words } from "../lib/words.tsx";
import { Failure } from "./asked.tsx";

const words = {
  busy: ["處理中…", "Working…"],
} satisfies Words;

interface FormPageProps {
  submission: Submission;
  /** Says the deed. */
  confirm: string;
  children: ReactNode;
  /** Stands beside the button, e.g. a way back. */
  beside?: ReactNode;
  label?: string;
}

/** A form as a page of its own: sections of fields, then what went wrong, then the one button. */
export function FormPage({ submission, confirm, children, beside, label }: FormPageProps) {
  const t = useWords(words);
  const { busy, error, submit } = submission;
  return (
    <form className="form" onSubmit={submit} aria-label={label}>
      {children}
      {error !== undefined && <Failure error={error} />}
      <div className="form-actions">
        <button type="submit" className="main" disabled={busy}>
          {busy ? t("busy") : confirm}
        </button>
        {beside}
      </div>
    </form>
  );
}
