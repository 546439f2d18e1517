import type { ReconciliationDifference } from "@luckygas/gateway-client";
import { isGatewayError } from "@luckygas/gateway-client/client";
import { useState } from "react";
import { number, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { addressOf } from "../../lib/route.ts";
import { isManager, type Session } from "../../lib/session.ts";
import { useQuery } from "../../lib/use-query.ts";
import { inLanguage, type Language, type Text, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Field } from "../../ui/fields.tsx";
import { Figure, Section } from "../../ui/layout.tsx";
import { type Column, Table } from "../../ui/table.tsx";

const words = {
  title: ["與平台每日核對", "Daily comparison with the platform"],
  note: ["每晚自動核對前一天開立的發票。", "Runs by itself every night for the day before."],
  day: ["開立日", "Day of issue"],
  never: ["這一天還沒有核對過。", "This day has not been compared yet."],
  run: ["現在核對", "Compare now"],
  runTitle: ["核對 {day} 的發票", "Compare the invoices of {day}"],
  runExplain: ["逐張向平台查詢；只查詢，不更改任何資料。", "Asks the platform about each of them; nothing is changed."],
  managersOnly: ["須由主管執行。", "For managers."],
  invoices: ["當日開立", "Issued"],
  checked: ["已核對", "Compared"],
  open: ["尚未上傳", "Not there yet"],
  unanswered: ["查無回應", "Unanswered"],
  differences: ["差異", "Differences"],
  none: ["沒有差異。", "No differences."],
  number: ["發票號碼", "Invoice"],
  kind: ["差異", "Difference"],
  local: ["閘道", "Gateway"],
  platform: ["平台", "Platform"],
  repair: ["處理方式", "What mends it"],
} satisfies Words;

type Say = (key: keyof typeof words) => string;

const kinds: Record<ReconciliationDifference["kind"], Text> = {
  missing: ["平台沒有", "missing there"],
  extra: ["平台多出", "not issued here"],
  amount_differs: ["金額不同", "amount differs"],
  state_differs: ["狀態不同", "state differs"],
  content_differs: ["內容不同", "content differs"],
};

const repairs: Record<ReconciliationDifference["repair"], Text> = {
  send_again: ["判定後以同號重送", "settle it, then it is sent again"],
  void_and_correct: ["註銷後更正", "void it and correct it"],
  cancel_again: ["再作廢一次", "cancel it again"],
  ask_the_platform: ["向平台查明", "ask the platform"],
};

const DAY_MS = 86_400_000;

/** What the gateway holds beside what the platform holds, day by day. */
export function DailyCheckSection({ session }: { session: Session }) {
  const t = useWords(words);
  const [day, setDay] = useState(() => taipeiTime(new Date(Date.now() - DAY_MS)).slice(0, 10));
  const query = useQuery(`daily check ${day}`, (signal) => ask(day, signal));
  return (
    <Section title={t("title")} note={t("note")}>
      <div className="form-row">
        <Field
          field={{
            kind: "date",
            name: "day",
            label: t("day"),
            value: day,
            onChange: (value) => value && setDay(value),
          }}
        />
        <div className="filter-actions">
          <Action
            label={t("run")}
            title={t("runTitle").replace("{day}", day)}
            explain={<p>{t("runExplain")}</p>}
            confirm={t("run")}
            unavailable={isManager(session.role) ? undefined : t("managersOnly")}
            act={() => gateway.einvoice.reconcile.mutate({ day })}
            onDone={query.reload}
          />
        </div>
      </div>
      <Asked query={query}>
        {(found) => (found ? <Result found={found} /> : <p className="empty">{t("never")}</p>)}
      </Asked>
    </Section>
  );
}

/** `null`: that day was not compared yet. */
async function ask(day: string, signal: AbortSignal) {
  try {
    return await gateway.einvoice.getReconciliation.query({ day }, { signal });
  } catch (error) {
    if (isGatewayError(error) && error.data.gateway.code === "not_found") return null;
    throw error;
  }
}

function Result({ found }: { found: NonNullable<Awaited<ReturnType<typeof ask>>> }) {
  const t = useWords(words);
  const language = useLanguage();
  const parts = ["invoices", "checked", "open", "unanswered"] as const;
  return (
    <>
      <div className="figures">
        {parts.map((part) => (
          <Figure key={part} name={t(part)} value={number(found[part])} />
        ))}
        <Figure
          name={t("differences")}
          value={number(found.differences.length)}
          {...(found.differences.length > 0 && { tone: "bad" as const })}
        />
      </div>
      <Table
        caption={t("differences")}
        rows={found.differences}
        keyOf={({ invoiceNumber, kind }) => `${invoiceNumber} ${kind}`}
        empty={t("none")}
        columns={columns(t, language)}
      />
    </>
  );
}

const columns = (t: Say, language: Language): Column<ReconciliationDifference>[] => [
  {
    name: t("number"),
    cell: ({ invoiceId, invoiceNumber }) =>
      invoiceId ? <a href={addressOf("invoices", invoiceId)}>{invoiceNumber}</a> : invoiceNumber,
  },
  { name: t("kind"), cell: ({ kind }) => inLanguage(language, kinds[kind]) },
  { name: t("local"), wide: true, cell: ({ local }) => local ?? "–" },
  { name: t("platform"), wide: true, cell: ({ platform }) => platform ?? "–" },
  { name: t("repair"), cell: ({ repair }) => inLanguage(language, repairs[repair]) },
];
