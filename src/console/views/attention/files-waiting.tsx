import { taipeiTime } from "../../lib/format.ts";
import { inboundStatusLabels } from "../../lib/labels.ts";
import type { Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { ApplyCorrection } from "../banking/batch-actions.tsx";
import { FileProblems } from "../banking/file-problems.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["銀行回覆檔", "Files from the banks"],
  note: [
    "隔離：檔案有問題，沒有入帳；請銀行重出正確的檔案。更正檔：與先前同名但內容不同，由主管決定是否採用。",
    "Quarantined: something is wrong and nothing was posted; ask the bank for a right file. Correction: other content under a name that came before; a manager decides whether to apply it.",
  ],
  name: ["檔名", "File"],
  status: ["狀態", "State"],
  receivedAt: ["收到時間", "Received at"],
  problems: ["問題", "Problems"],
} satisfies Words;

interface Props {
  files: Attention["files"];
  session: Session;
  onDone(): void;
}

export function FilesWaiting({ files, session, onDone }: Props) {
  const t = useWords(words);
  if (files.length === 0) return null;
  return (
    <Section title={t("title")} note={t("note")}>
      <Table
        caption={t("title")}
        rows={files}
        keyOf={({ id }) => id}
        empty="–"
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
            name: t("problems"),
            cell: (file) =>
              file.status === "correction" ? (
                <ApplyCorrection file={file} session={session} onDone={onDone} />
              ) : (
                <FileProblems problems={file.problems} />
              ),
          },
        ]}
      />
    </Section>
  );
}
