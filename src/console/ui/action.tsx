import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useSubmit } from "../lib/use-submit.ts";
import { useWords, type Words } from "../lib/words.tsx";
import { Failure } from "./asked.tsx";
import { Field, type FieldSpec, valuesOf } from "./fields.tsx";

const words = {
  back: ["返回", "Back"],
  busy: ["處理中…", "Working…"],
} satisfies Words;

export interface ActionProps {
  /** What the button says. */
  label: string;
  title: string;
  /** What it does, and what cannot be undone. */
  explain: ReactNode;
  fields?: FieldSpec[];
  /** Further fields, where a list of them is not enough. */
  children?: ReactNode;
  /** Shows the dialog at once, where a link led to this very act. */
  opened?: boolean;
  /** For forms that need the room. */
  wide?: boolean;
  /** Says the deed, never just "OK". */
  confirm: string;
  tone?: "main" | "danger";
  /** Why it cannot be done now; shown instead of doing it. */
  unavailable?: string | undefined;
  /** `idempotencyKey` stays the same while the dialog is open, so that a second press repeats the same act. */
  act(values: Record<string, string>, idempotencyKey: string, form: HTMLFormElement): Promise<unknown>;
  onDone?(): void;
}

/** A button whose act is explained and confirmed in a dialog first. */
export function Action(props: ActionProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [openings, setOpenings] = useState(0);
  const reasonId = useId();
  useEffect(() => {
    if (props.opened) dialog.current?.showModal();
  }, [props.opened]);
  const open = () => {
    setOpenings((count) => count + 1);
    dialog.current?.showModal();
  };
  return (
    <>
      <button
        type="button"
        className={props.tone ?? ""}
        onClick={open}
        aria-disabled={props.unavailable ? true : undefined}
        aria-describedby={props.unavailable ? reasonId : undefined}
        title={props.unavailable}
      >
        {props.label}
      </button>
      {props.unavailable && (
        <span id={reasonId} className="unseen">
          {props.unavailable}
        </span>
      )}
      <dialog
        ref={dialog}
        className={props.wide ? "wide-dialog" : undefined}
        aria-label={props.title}
        onClose={() => setOpenings((count) => count + 1)}
      >
        {props.unavailable ? (
          <Unavailable title={props.title} reason={props.unavailable} close={() => dialog.current?.close()} />
        ) : (
          <ActionForm key={openings} {...props} close={() => dialog.current?.close()} />
        )}
      </dialog>
    </>
  );
}

/** Says why, to those who press all the same or cannot hover. */
function Unavailable({ title, reason, close }: { title: string; reason: string; close(): void }) {
  const t = useWords(words);
  return (
    <div className="form">
      <h2>{title}</h2>
      <p className="notice">{reason}</p>
      <div className="dialog-actions">
        <button type="button" onClick={close}>
          {t("back")}
        </button>
      </div>
    </div>
  );
}

function ActionForm({
  title,
  explain,
  fields = [],
  children,
  confirm,
  tone,
  act,
  onDone,
  close,
}: ActionProps & { close(): void }) {
  const t = useWords(words);
  const { busy, error, submit } = useSubmit(async (form, key) => {
    await act(valuesOf(form), key, form);
    close();
    onDone?.();
  });
  return (
    <form onSubmit={submit}>
      <h2>{title}</h2>
      <div className="explain">{explain}</div>
      {fields.map((field) => (
        <Field key={field.name} field={field} />
      ))}
      {children}
      {error !== undefined && <Failure error={error} />}
      <div className="dialog-actions">
        <button type="button" onClick={close}>
          {t("back")}
        </button>
        <button type="submit" className={tone ?? "main"} disabled={busy}>
          {busy ? t("busy") : confirm}
        </button>
      </div>
    </form>
  );
}
