import { useState } from "react";
import { taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import type { Label } from "../../lib/labels.ts";
import { base64Of } from "../../lib/save-file.ts";
import { useQuery } from "../../lib/use-query.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { fileOf } from "../../ui/fields.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";

const words = {
  title: ["銀行營業日", "Banking days"],
  note: [
    "週末以外的例外：假日、補班、颱風假、提早截止。只影響有設截止時間的銀行。",
    "What differs from ordinary weeks: holidays, make-up days, typhoons, early cut-offs. It concerns banks that have a cut-off.",
  ],
  known: ["假日資料到 {day}。", "Holidays are known until {day}."],
  set: ["設定一天", "Decide a day"],
  setTitle: ["這一天銀行怎麼上班？", "What is this day for the banks?"],
  setExplain: [
    "立即生效；已核准未送的批次會依新的營業日重新計算截止。",
    "In force at once; cut-offs of batches that are not sent yet follow it.",
  ],
  import: ["匯入年度行事曆", "Import a year"],
  importExplain: [
    "政府行政機關辦公日曆表（data.gov.tw 14718）的 CSV 或 JSON 檔。人工設定的日子不會被改。",
    "The government's calendar (data.gov.tw 14718) as CSV or JSON. Days decided here stay.",
  ],
  year: ["西元年", "Year"],
  file: ["行事曆檔案", "The calendar's file"],
  makeUp: ["補班日銀行上班", "Banks work on make-up Saturdays"],
  bank: ["銀行", "Bank"],
  all: ["所有銀行", "all banks"],
  day: ["日期", "Day"],
  kind: ["這一天", "The day is"],
  cutoff: ["截止時間", "Cut-off"],
  cutoffHint: ["提早截止才填", "For an early cut-off"],
  reason: ["說明", "Note"],
  by: ["設定者", "Decided by"],
  builtIn: ["內建行事曆", "built in"],
  empty: ["這段時間沒有例外。", "Nothing differs in this time."],
} satisfies Words;

const kinds = {
  closed: { tone: "idle", text: ["不營業", "closed"] },
  open: { tone: "good", text: ["營業", "open"] },
  early_cutoff: { tone: "warn", text: ["提早截止", "early cut-off"] },
} as const satisfies Record<string, Label>;
type Kind = keyof typeof kinds;

const DAY_MS = 86_400_000;
const LOOK_AHEAD_DAYS = 120;
const dayIn = (days: number) => taipeiTime(new Date(Date.now() + days * DAY_MS)).slice(0, 10);

export function CalendarSection() {
  const t = useWords(words);
  const [from] = useState(() => dayIn(-7));
  const [to] = useState(() => dayIn(LOOK_AHEAD_DAYS));
  const query = useQuery(
    "calendar",
    (signal) => gateway.banking.listCalendarDays.query({ from, to }, { signal }),
    60_000,
  );
  return (
    <Section
      title={t("title")}
      note={t("note")}
      aside={
        <div className="actions">
          <ImportYear onDone={query.reload} />
          <SetDay onDone={query.reload} />
        </div>
      }
    >
      <Asked query={query}>
        {({ items, knownUntil }) => (
          <>
            <p className="note">{t("known", { day: knownUntil })}</p>
            <Table
              caption={t("title")}
              rows={items}
              keyOf={({ bank, day }) => `${bank} ${day}`}
              empty={t("empty")}
              columns={[
                { name: t("day"), cell: ({ day }) => <time>{day}</time> },
                { name: t("bank"), cell: ({ bank }) => (bank === "*" ? t("all") : bank) },
                { name: t("kind"), cell: ({ kind }) => <Badge label={kinds[kind]} /> },
                { name: t("cutoff"), cell: ({ cutoffTime }) => cutoffTime ?? "–" },
                { name: t("reason"), cell: ({ note }) => note || "–" },
                {
                  name: t("by"),
                  wide: true,
                  cell: ({ decidedBy }) => (decidedBy === "built_in" ? t("builtIn") : decidedBy),
                },
              ]}
            />
          </>
        )}
      </Asked>
    </Section>
  );
}

function SetDay({ onDone }: { onDone(): void }) {
  const t = useWords(words);
  const language = useLanguage();
  const banks = useQuery("banks", (signal) => gateway.banking.listBanks.query(undefined, { signal }), 60_000);
  const known = (banks.data?.items ?? []).map(({ bank, name }) => ({ value: bank, label: name }));
  return (
    <Action
      label={t("set")}
      title={t("setTitle")}
      explain={<p>{t("setExplain")}</p>}
      confirm={t("set")}
      tone="main"
      fields={[
        { kind: "select", name: "bank", label: t("bank"), options: [{ value: "*", label: t("all") }, ...known] },
        { kind: "date", name: "day", label: t("day"), required: true, value: dayIn(1) },
        {
          kind: "select",
          name: "kind",
          label: t("kind"),
          options: Object.entries(kinds).map(([value, { text }]) => ({ value, label: inLanguage(language, text) })),
        },
        { kind: "time", name: "cutoffTime", label: t("cutoff"), hint: t("cutoffHint") },
        { kind: "text", name: "note", label: t("reason"), maxLength: 100 },
      ]}
      act={({ bank = "*", day = "", kind, cutoffTime, note }) =>
        gateway.banking.setCalendarDay.mutate({
          bank,
          day,
          kind: kindOf(kind),
          ...(cutoffTime && kind === "early_cutoff" && { cutoffTime }),
          ...(note && { note }),
        })
      }
      onDone={onDone}
    />
  );
}

const kindOf = (value: string | undefined): Kind => (value === "open" || value === "early_cutoff" ? value : "closed");

function ImportYear({ onDone }: { onDone(): void }) {
  const t = useWords(words);
  return (
    <Action
      label={t("import")}
      title={t("import")}
      explain={<p>{t("importExplain")}</p>}
      confirm={t("import")}
      fields={[
        { kind: "number", name: "year", label: t("year"), required: true, value: dayIn(60).slice(0, 4) },
        { kind: "file", name: "file", label: t("file"), required: true, accept: ".csv,.json" },
        { kind: "check", name: "makeUp", label: t("makeUp") },
      ]}
      act={async ({ year, makeUp }, _, form) => {
        const file = fileOf(form, "file");
        if (!file) return;
        await gateway.banking.importCalendar.mutate({
          year: Number(year),
          contentBase64: await base64Of(file),
          makeUpDaysOpen: makeUp === "true",
        });
      }}
      onDone={onDone}
    />
  );
}
