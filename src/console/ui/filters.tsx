import type { FormEvent } from "react";
import { addressOf, goTo, type Route } from "../lib/route.ts";
import { useWords, type Words } from "../lib/words.tsx";
import { Field, type FieldSpec, valuesOf } from "./fields.tsx";

const words = {
  search: ["查詢", "Search"],
  clear: ["清除", "Clear"],
  more: ["顯示更多", "Show more"],
  narrow: ["只顯示最近 {count} 筆；請縮小查詢範圍。", "The latest {count} are shown; narrow the search for others."],
} satisfies Words;

/** A search that lives in the address, so that it can be kept and shared. */
export function Filters({ route, fields, label }: { route: Route; fields: FieldSpec[]; label: string }) {
  const t = useWords(words);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    goTo(addressOf(route.view, undefined, valuesOf(event.currentTarget)));
  };
  return (
    <search>
      <form className="filters" onSubmit={submit} key={route.params.toString()} aria-label={label}>
        {fields.map((field) => (
          <Field key={field.name} field={{ ...field, value: route.params.get(field.name) ?? "" } as FieldSpec} />
        ))}
        <div className="filter-actions">
          <button type="submit">{t("search")}</button>
          {route.params.size > 0 && <a href={addressOf(route.view)}>{t("clear")}</a>}
        </div>
      </form>
    </search>
  );
}

export const PAGE_SIZE = 25;
const PAGE_SIZE_MAX = 200;

/** Asks for more of a list, which then stays up to date as a whole. */
export function More({ shown, more, onMore }: { shown: number; more: boolean; onMore(size: number): void }) {
  const t = useWords(words);
  if (!more) return null;
  if (shown >= PAGE_SIZE_MAX) return <p className="note">{t("narrow", { count: shown })}</p>;
  return (
    <button type="button" className="more" onClick={() => onMore(Math.min(PAGE_SIZE_MAX, shown + 50))}>
      {t("more")}
    </button>
  );
}
