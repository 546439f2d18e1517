import { useId } from "react";

interface Common {
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
}

export interface TextFieldSpec extends Common {
  kind: "text" | "password" | "date" | "number" | "area";
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

export type FieldSpec = TextFieldSpec | SelectFieldSpec | ChoiceFieldSpec;

/** One field of a form with its label and hint. Uncontrolled: the form is read when it is sent. */
export function Field({ field }: { field: FieldSpec }) {
  const id = useId();
  if (field.kind === "choice") return <Choices field={field} />;
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
    onChange: (event: { target: { value: string } }) => field.onChange?.(event.target.value),
    ...described,
  };
  if (field.kind === "area") return <textarea rows={3} {...common} />;
  const inputMode = field.kind === "number" ? { inputMode: "numeric" as const, pattern: "-?[0-9.]+" } : {};
  const type = field.kind === "number" ? "text" : field.kind;
  const pattern = field.pattern ? { pattern: field.pattern } : {};
  return <input type={type} autoComplete={field.autoComplete ?? "off"} {...inputMode} {...pattern} {...common} />;
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
