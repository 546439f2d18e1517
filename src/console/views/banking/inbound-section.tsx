import { taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { inboundStatusLabels } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { ApplyCorrection } from "./batch-actions.tsx";
import { FileProblems } from "./file-problems.tsx";

const words = {
  title: ["銀行回覆檔", "Files from the banks"],
  name: ["檔名", "File"],
  status: ["狀態", "State"],
  receivedAt: ["收到時間", "Received at"],
  batch: ["批次", "Batch"],
  open: ["開啟", "Open"],
  problems: ["問題", "Problems"],
  empty: ["還沒有收到回覆檔。", "No file has come yet."],
} satisfies Words;

/** The latest files from the banks, and what is wrong with those that were set aside. */
export function InboundSection({ session }: { session: Session }) {
  const t = useWords(words);
  const query = useQuery("inbound files", (signal) =>
    gateway.banking.listInboundFiles.query({ limit: 20 }, { signal }),
  );
  return (
    <Section title={t("title")}>
      <Asked query={query}>
        {({ items }) => (
          <Table
            caption={t("title")}
            rows={items}
            keyOf={({ id }) => id}
            empty={t("empty")}
            columns={[
              {
                name: t("name"),
                cell: ({ bank, name }) => (
                  <>
                    {bank} <code>{name}</code>
                  </>
                ),
              },
              { name: t("status"), cell: ({ status }) => <Badge label={inboundStatusLabels[status]} /> },
              { name: t("receivedAt"), wide: true, cell: ({ receivedAt }) => <time>{taipeiTime(receivedAt)}</time> },
              {
                name: t("batch"),
                cell: ({ batchId }) => (batchId ? <a href={addressOf("batches", batchId)}>{t("open")}</a> : "–"),
              },
              {
                name: t("problems"),
                wide: true,
                cell: (file) => (
                  <>
                    <FileProblems problems={file.problems} />
                    {file.status === "correction" && (
                      <ApplyCorrection file={file} session={session} onDone={query.reload} />
                    )}
                  </>
                ),
              },
            ]}
          />
        )}
      </Asked>
    </Section>
  );
}
