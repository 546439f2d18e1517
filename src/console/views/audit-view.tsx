import type { AuditEntryView } from "@luckygas/gateway-client";
import { useState } from "react";
import { taipeiTime } from "../lib/format.ts";
import { gateway } from "../lib/gateway.ts";
import type { Label } from "../lib/labels.ts";
import { useQuery } from "../lib/use-query.ts";
import { useWords, type Words } from "../lib/words.tsx";
import { Asked } from "../ui/asked.tsx";
import { Badge } from "../ui/badge.tsx";
import type { FieldSpec } from "../ui/fields.tsx";
import { Filters, More, PAGE_SIZE } from "../ui/filters.tsx";
import { PageHead, Section } from "../ui/layout.tsx";
import { type Column, Table } from "../ui/table.tsx";
import type { ViewProps } from "../views.ts";

const words = {
  title: ["稽核軌跡", "Audit"],
  lead: [
    "誰、何時、做了什麼。每一筆都以雜湊串接前一筆，改動會被發現。",
    "Who did what, and when. Every entry is chained to the one before by its hash, so that a change shows.",
  ],
  search: ["查詢稽核", "Search the audit"],
  list: ["紀錄", "Entries"],
  seq: ["序號", "No."],
  at: ["時間", "At"],
  actor: ["執行者", "Actor"],
  action: ["動作", "Action"],
  phase: ["階段", "Phase"],
  object: ["對象", "Object"],
  change: ["內容", "What"],
  empty: ["沒有符合的紀錄。", "No entry matches."],
} satisfies Words;

const phaseLabels: Record<AuditEntryView["phase"], Label> = {
  begun: { tone: "busy", text: ["開始", "begun"] },
  applied: { tone: "good", text: ["已生效", "applied"] },
  refused: { tone: "idle", text: ["被拒", "refused"] },
  failed: { tone: "bad", text: ["失敗", "failed"] },
};

type Say = (key: keyof typeof words) => string;

export function AuditView({ route }: ViewProps) {
  const t = useWords(words);
  const [limit, setLimit] = useState(PAGE_SIZE);
  const filter = Object.fromEntries(
    ["actor", "action", "object"].flatMap((name) => {
      const value = route.params.get(name)?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const query = useQuery(`audit ${route.params} ${limit}`, (signal) =>
    gateway.system.listAuditEntries.query({ ...filter, limit }, { signal }),
  );
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")} />
      <Filters route={route} label={t("search")} fields={filterFields(t)} />
      <Section title={t("list")}>
        <Asked query={query}>
          {({ items, nextCursor }) => (
            <>
              <Table
                caption={t("list")}
                rows={items}
                keyOf={({ seq }) => String(seq)}
                empty={t("empty")}
                columns={columns(t)}
              />
              <More shown={items.length} more={nextCursor !== null} onMore={setLimit} />
            </>
          )}
        </Asked>
      </Section>
    </>
  );
}

const filterFields = (t: Say): FieldSpec[] => [
  { kind: "text", name: "actor", label: t("actor") },
  { kind: "text", name: "action", label: t("action") },
  { kind: "text", name: "object", label: t("object") },
];

const columns = (t: Say): Column<AuditEntryView>[] => [
  { name: t("seq"), numeric: true, wide: true, cell: ({ seq }) => seq },
  { name: t("at"), cell: ({ at }) => <time>{taipeiTime(at)}</time> },
  { name: t("actor"), cell: ({ actor }) => <span className="nowrap">{actor}</span> },
  { name: t("action"), cell: ({ action }) => <code>{action}</code> },
  { name: t("phase"), cell: ({ phase }) => <Badge label={phaseLabels[phase]} /> },
  {
    name: t("object"),
    wide: true,
    cell: ({ object }) => (object ? <code title={object}>{shortened(object)}</code> : "–"),
  },
  { name: t("change"), wide: true, cell: ({ after }) => <span className="detail">{stateText(after)}</span> },
];

const SHORT_MAX = 16;

/** Ids and hashes differ at their ends. */
const shortened = (text: string) => (text.length > SHORT_MAX ? `…${text.slice(-12)}` : text);

const STATE_NAMES_MAX = 5;

const stateText = (state: AuditEntryView["after"]): string =>
  Object.entries(state ?? {})
    .slice(0, STATE_NAMES_MAX)
    .map(([name, value]) => `${name}: ${shortened(String(value))}`)
    .join(" · ");
