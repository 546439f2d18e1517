import { taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { inboundStatusLabels } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Section } from "../../ui/layout.tsx";
import { Todo } from "../../ui/todo.tsx";
import { ApplyCorrection } from "../banking/batch-actions.tsx";
import { FileProblems } from "../banking/file-problems.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["銀行回覆檔", "Files from the banks"],
  quarantined: [
    "檔案有問題，一筆都沒有入帳。請銀行以同一檔名重出正確的檔案，再收檔；新檔會列為更正檔，由主管採用。",
    "Something is wrong, and nothing of it was posted. Ask the bank for a right file under the same name and fetch it; it comes as a correction, which a manager applies.",
  ],
  correction: [
    "與先前同名但內容不同。採用後以這份為準，被改變的結果會沖回。",
    "Other content under a name that came before. Applied, it replaces the earlier results; those that it changes are reversed.",
  ],
  poll: ["現在收檔", "Fetch files now"],
  pollTitle: ["向 {bank} 收檔", "Fetch files from {bank}"],
  pollExplain: [
    "銀行重出檔案後執行；只收新的，不會重複入帳。",
    "Once the bank has made a new one; only new files are taken, nothing is posted twice.",
  ],
  batch: ["開啟批次", "Open the batch"],
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
    <Section title={t("title")}>
      <ul className="todos">
        {files.map((file) => (
          <Todo
            key={file.id}
            title={
              <>
                {file.bank} <code>{file.name}</code>
              </>
            }
            label={inboundStatusLabels[file.status]}
            facts={taipeiTime(file.receivedAt)}
            meaning={t(file.status === "correction" ? "correction" : "quarantined")}
          >
            {file.problems.length > 0 && <FileProblems problems={file.problems} />}
            {file.status === "correction" ? (
              <ApplyCorrection file={file} session={session} onDone={onDone} />
            ) : (
              <Action
                label={t("poll")}
                title={t("pollTitle", { bank: file.bank })}
                explain={<p>{t("pollExplain")}</p>}
                confirm={t("poll")}
                act={() => gateway.banking.pollInbound.mutate({ bank: file.bank })}
                onDone={onDone}
              />
            )}
            {file.batchId && (
              <a className="button" href={addressOf("batches", file.batchId)}>
                {t("batch")}
              </a>
            )}
          </Todo>
        ))}
      </ul>
    </Section>
  );
}
