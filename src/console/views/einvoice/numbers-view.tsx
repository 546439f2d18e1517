import type { NumberRange } from "@luckygas/gateway-client";
import { eightDigits, number, periodOf, periodText } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import type { Label } from "../../lib/labels.ts";
import { base64Of } from "../../lib/save-file.ts";
import { isManager, type Session } from "../../lib/session.ts";
import { useQuery } from "../../lib/use-query.ts";
import { type Language, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { fileOf } from "../../ui/fields.tsx";
import { Figure, PageHead, Section } from "../../ui/layout.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import type { ViewProps } from "../../views.ts";
import { DailyCheckSection } from "./daily-check-section.tsx";
import { DeadlinesSection } from "./deadlines-section.tsx";
import { ReportUnused } from "./report-unused.tsx";

const words = {
  title: ["字軌與期限", "Numbers and deadlines"],
  lead: [
    "國稅局配給的字軌區間，依序使用。用完就不能開立。",
    "The ranges that the tax office allotted, used in order. Without numbers nothing can be issued.",
  ],
  remaining: ["本期剩餘號碼", "Left this period"],
  period: ["期別", "Period"],
  ranges: ["字軌區間", "Ranges"],
  prefix: ["字軌", "Track"],
  from: ["起號", "First"],
  to: ["迄號", "Last"],
  next: ["下一號", "Next"],
  left: ["剩餘", "Left"],
  use: ["使用", "Use"],
  state: ["狀態", "State"],
  import: ["匯入字軌", "Add a range"],
  importTitle: ["匯入字軌區間", "Add a range of numbers"],
  importExplain: [
    "照國稅局配號檔填寫；同一區間重複匯入不會重複。",
    "As the tax office allotted it. A range that is there already stays as it is.",
  ],
  yearMonth: ["年月（西元 YYYYMM）", "Year and month, YYYYMM"],
  confirm: ["匯入這個區間", "Add this range"],
  importFile: ["匯入配號檔", "Import a file"],
  importFileTitle: ["匯入國稅局配號檔", "Import the tax office's file"],
  importFileExplain: [
    "電子發票平台下載的配號檔（CSV，UTF-8 或 Big5）或 E0501 XML。全部匯入或全部不匯入；已有的區間不變。",
    "The file of the e-invoice platform: CSV (UTF-8 or Big5) or E0501 XML. All of it or nothing; ranges that are there stay.",
  ],
  file: ["配號檔", "File"],
  confirmFile: ["匯入這個檔案", "Import this file"],
  managersOnly: ["須由主管執行。", "For managers."],
  empty: ["還沒有字軌。請先匯入國稅局配給的區間。", "No ranges yet. Add those that the tax office allotted."],
} satisfies Words;

type Say = (key: keyof typeof words) => string;

export function NumbersView({ session }: ViewProps) {
  const t = useWords(words);
  const language = useLanguage();
  const query = useQuery("ranges", (signal) => gateway.einvoice.listNumberRanges.query({ limit: 200 }, { signal }));
  const period = periodOf(new Date());
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")}>
        <ImportRange session={session} onDone={query.reload} />
        <ImportFile session={session} onDone={query.reload} />
        <ReportUnused session={session} onDone={query.reload} />
      </PageHead>
      <Asked query={query}>
        {({ items }) => (
          <>
            <div className="figures">
              <Figure name={t("period")} value={periodText(period, language)} />
              <Figure name={t("remaining")} value={number(remainingOf(items, period))} />
            </div>
            <Section title={t("ranges")}>
              <Table
                caption={t("ranges")}
                rows={items}
                keyOf={({ id }) => String(id)}
                empty={t("empty")}
                columns={columns(t, language)}
              />
            </Section>
          </>
        )}
      </Asked>
      <DeadlinesSection />
      <DailyCheckSection session={session} />
    </>
  );
}

/** Numbers that can still be given out in a period. */
function remainingOf(ranges: NumberRange[], period: string): number {
  return ranges
    .filter(({ invoicePeriod, isActive }) => invoicePeriod === period && isActive)
    .reduce((sum, { remaining }) => sum + remaining, 0);
}

function stateOf({ isActive, nextNumber, rangeStart }: NumberRange): Label {
  if (!isActive) return { tone: "idle", text: ["停用", "inactive"] };
  if (nextNumber === null) return { tone: "idle", text: ["用罄", "used up"] };
  return nextNumber === rangeStart
    ? { tone: "idle", text: ["未使用", "not begun"] }
    : { tone: "good", text: ["使用中", "in use"] };
}

const columns = (t: Say, language: Language): Column<NumberRange>[] => [
  { name: t("period"), cell: ({ invoicePeriod }) => periodText(invoicePeriod, language) },
  { name: t("prefix"), cell: ({ prefix }) => <code>{prefix}</code> },
  { name: t("from"), wide: true, cell: ({ rangeStart }) => <code>{eightDigits(rangeStart)}</code> },
  { name: t("to"), wide: true, cell: ({ rangeEnd }) => <code>{eightDigits(rangeEnd)}</code> },
  { name: t("next"), cell: ({ nextNumber }) => (nextNumber === null ? "–" : <code>{eightDigits(nextNumber)}</code>) },
  { name: t("left"), numeric: true, cell: ({ remaining }) => number(remaining) },
  {
    name: t("use"),
    wide: true,
    cell: ({ rangeStart, rangeEnd, remaining }) => (
      <meter
        min={0}
        max={rangeEnd - rangeStart + 1}
        value={rangeEnd - rangeStart + 1 - remaining}
        aria-label={t("use")}
      />
    ),
  },
  { name: t("state"), cell: (range) => <Badge label={stateOf(range)} /> },
];

function ImportRange({ session, onDone }: { session: Session; onDone(): void }) {
  const t = useWords(words);
  return (
    <Action
      label={t("import")}
      title={t("importTitle")}
      explain={<p>{t("importExplain")}</p>}
      confirm={t("confirm")}
      tone="main"
      unavailable={isManager(session.role) ? undefined : t("managersOnly")}
      fields={[
        { kind: "text", name: "yearMonth", label: t("yearMonth"), required: true, pattern: "[0-9]{6}" },
        { kind: "text", name: "prefix", label: t("prefix"), required: true, pattern: "[A-Za-z]{2}" },
        { kind: "text", name: "from", label: t("from"), required: true, pattern: "[0-9]{1,8}" },
        { kind: "text", name: "to", label: t("to"), required: true, pattern: "[0-9]{1,8}" },
      ]}
      act={({ yearMonth = "", prefix = "", from, to }) =>
        gateway.einvoice.importNumberRanges.mutate({
          ranges: [{ yearMonth, prefix: prefix.toUpperCase(), rangeStart: Number(from), rangeEnd: Number(to) }],
        })
      }
      onDone={onDone}
    />
  );
}

function ImportFile({ session, onDone }: { session: Session; onDone(): void }) {
  const t = useWords(words);
  return (
    <Action
      label={t("importFile")}
      title={t("importFileTitle")}
      explain={<p>{t("importFileExplain")}</p>}
      confirm={t("confirmFile")}
      unavailable={isManager(session.role) ? undefined : t("managersOnly")}
      fields={[{ kind: "file", name: "file", label: t("file"), required: true, accept: ".csv,.xml,.txt" }]}
      act={async (_values, _key, form) => {
        const file = fileOf(form, "file");
        if (file) await gateway.einvoice.importNumberRanges.mutate({ file: { contentBase64: await base64Of(file) } });
      }}
      onDone={onDone}
    />
  );
}
