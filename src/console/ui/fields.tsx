import { useId } from "react";

interface Common {
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
}

export interface TextFieldSpec extends Common {
  kind: "text" | "password" | "date" | "time" | "number" | "area";
  /** Lines that an area shows. */
  rows?: number;
  /** Written in the letters of a machine: addresses, keys, JSON. */
  code?: boolean;
  value?: string;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  autoComplete?: string;
  onChange?(value: string): void;
}

export interface SelectFieldSpec extends Common {
  kind: "select";
  value?: string;
  options: { value: string; label: string }[];
  onChange?(value: string): void;
}

/** Choices that need a word about what each of them does. */
export interface ChoiceFieldSpec extends Common {
  kind: "choice";
  options: { value: string; label: string; meaning: string }[];
}

/** Something that is so or not; sent as `true`, absent where it is not. */
export interface CheckFieldSpec extends Common {
  kind: "check";
  checked?: boolean;
  onChange?(checked: boolean): void;
}

export interface FileFieldSpec extends Common {
  kind: "file";
  /** Endings that the file chooser offers, e.g. `.csv,.xml`. */
  accept: string;
  onFile?(file: File): void;
}

export type FieldSpec = TextFieldSpec | SelectFieldSpec | ChoiceFieldSpec | CheckFieldSpec | FileFieldSpec;

/** One field of a form with its label and hint. Uncontrolled: the form is read when it is sent. */
export function Field({ field }: { field: FieldSpec }) {
  const id = useId();
  if (field.kind === "choice") return <Choices field={field} />;
  if (field.kind === "check") return <Check field={field} id={id} />;
  const described = field.hint ? { "aria-describedby": `${id}-hint` } : {};
  return (
    <div className="field">
      <label htmlFor={id}>
        {field.label}
        {field.required && <span aria-hidden="true"> *</span>}
      </label>
      {field.kind === "select" ? (
        <select
          id={id}
          name={field.name}
          defaultValue={field.value}
          onChange={(event) => field.onChange?.(event.target.value)}
          {...described}
        >
          {field.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      ) : field.kind === "file" ? (
        <input
          id={id}
          type="file"
          name={field.name}
          accept={field.accept}
          required={field.required}
          onChange={(event) => event.target.files?.[0] && field.onFile?.(event.target.files[0])}
          {...described}
        />
      ) : (
        <Input field={field} id={id} described={described} />
      )}
      {field.hint && (
        <p className="hint" id={`${id}-hint`}>
          {field.hint}
        </p>
      )}
    </div>
  );
}

function Input({ field, id, described }: { field: TextFieldSpec; id: string; described: object }) {
  const common = {
    id,
    name: field.name,
    defaultValue: field.value,
    required: field.required,
    minLength: field.minLength,
    maxLength: field.maxLength,
    className: field.code ? "code" : undefined,
    onChange: (event: { target: { value: string } }) => field.onChange?.(event.target.value),
    ...described,
  };
  if (field.kind === "area") return <textarea rows={field.rows ?? 3} spellCheck={field.code !== true} {...common} />;
  const inputMode = field.kind === "number" ? { inputMode: "numeric" as const, pattern: "-?[0-9.]+" } : {};
  const type = field.kind === "number" ? "text" : field.kind;
  const pattern = field.pattern ? { pattern: field.pattern } : {};
  return <input type={type} autoComplete={field.autoComplete ?? "off"} {...inputMode} {...pattern} {...common} />;
}

function Check({ field, id }: { field: CheckFieldSpec; id: string }) {
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        name={field.name}
        value="true"
        defaultChecked={field.checked}
        onChange={(event) => field.onChange?.(event.target.checked)}
        aria-describedby={field.hint ? `${id}-hint` : undefined}
      />
      <label htmlFor={id}>{field.label}</label>
      {field.hint && (
        <p className="hint" id={`${id}-hint`}>
          {field.hint}
        </p>
      )}
    </div>
  );
}

function Choices({ field }: { field: ChoiceFieldSpec }) {
  return (
    <fieldset className="choices">
      <legend>{field.label}</legend>
      {field.options.map(({ value, label, meaning }) => (
        <label key={value} className="choice">
          <input type="radio" name={field.name} value={value} required={field.required} />
          <span>
            <strong>{label}</strong>
            <span className="meaning">{meaning}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The fields of a form that was sent, by name; what was left empty is absent. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form))
    if (typeof value === "string" && value.trim() !== "") values[name] = value;
  return values;
}

/** The file that a form holds under this name. */
export function fileOf(form: HTMLFormElement, name: string): File | undefined {
  const value = new FormData(form).get(name);
  return value instanceof File && value.size > 0 ? value : undefined;
}
