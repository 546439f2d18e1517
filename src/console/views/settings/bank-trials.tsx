import { useState } from "react";
import { gateway } from "../../lib/gateway.ts";
import { type Label, transferErrorTexts } from "../../lib/labels.ts";
import { endIfSignedOut } from "../../lib/use-query.ts";
import { inLanguage, type Text, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Failure } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";

const words = {
  title: ["測試", "Trials"],
  note: [
    "照存入的設定連線。測試上傳會寫入一個無害的檔案，驗證後刪除。",
    "With the configuration as stored. The trial upload writes a harmless file, verifies and deletes it.",
  ],
  connection: ["測試連線", "Test the connection"],
  upload: ["測試上傳", "Test an upload"],
  poll: ["現在收檔", "Fetch files now"],
  busy: ["執行中…", "Working…"],
  polled: ["看到 {seen} 個檔案，收下 {received} 個新的。", "{seen} files seen, {received} new ones taken."],
  step: ["步驟", "Step"],
  outcome: ["結果", "Result"],
  duration: ["耗時", "Took"],
  detail: ["說明", "Detail"],
} satisfies Words;

const goodLabel: Label = { tone: "good", text: ["成功", "done"] };
const badLabel: Label = { tone: "bad", text: ["失敗", "failed"] };

const stepTexts: Record<string, Text> = {
  dns: ["解析主機名稱", "resolve the name"],
  tcp: ["連線", "connect"],
  host_key: ["核對主機金鑰", "check the server's key"],
  auth: ["登入", "sign in"],
  channel: ["開啟 SFTP 通道", "open the SFTP channel"],
  upload_path: ["查看上傳資料夾", "look at the upload folder"],
  download_path: ["查看下載資料夾", "look at the download folder"],
  open: ["建立暫存檔", "make a temporary file"],
  write: ["寫入", "write"],
  verify: ["讀回驗證", "verify"],
  rename: ["改名", "rename"],
  delete: ["刪除", "delete"],
};

type Trial = Awaited<ReturnType<typeof gateway.banking.testConnection.mutate>>;
type Poll = Awaited<ReturnType<typeof gateway.banking.pollInbound.mutate>>;
type Outcome = { trial: Trial } | { poll: Poll } | { error: unknown };

/** Whether the bank can be reached and written to, step by step. */
export function BankTrials({ bank }: { bank: string }) {
  const t = useWords(words);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const run = (act: () => Promise<Outcome>) => async () => {
    setBusy(true);
    setOutcome(undefined);
    try {
      setOutcome(await act());
    } catch (error) {
      endIfSignedOut(error);
      setOutcome({ error });
    }
    setBusy(false);
  };
  const patience = { context: { deadlineMs: 120_000 } };
  const { testConnection, testUpload, pollInbound } = gateway.banking;
  return (
    <Section title={t("title")} note={t("note")}>
      <div className="form-actions">
        <button
          type="button"
          disabled={busy}
          onClick={run(async () => ({ trial: await testConnection.mutate({ bank }, patience) }))}
        >
          {t("connection")}
        </button>
        <button
          type="button"
          disabled={busy}
          onClick={run(async () => ({ trial: await testUpload.mutate({ bank }, patience) }))}
        >
          {t("upload")}
        </button>
        <button
          type="button"
          disabled={busy}
          onClick={run(async () => ({ poll: await pollInbound.mutate({ bank }, patience) }))}
        >
          {t("poll")}
        </button>
      </div>
      <div role="status">{busy ? t("busy") : outcome && <Found outcome={outcome} />}</div>
    </Section>
  );
}

function Found({ outcome }: { outcome: Outcome }) {
  const t = useWords(words);
  if ("error" in outcome) return <Failure error={outcome.error} />;
  if ("poll" in outcome) {
    const { seen, received } = outcome.poll;
    return <p className="notice good">{t("polled", { seen, received: received.length })}</p>;
  }
  return <Steps trial={outcome.trial} />;
}

function Steps({ trial }: { trial: Trial }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <>
      <p className={`notice ${trial.ok ? "good" : "bad"}`}>
        {inLanguage(language, (trial.ok ? goodLabel : badLabel).text)}
        {trial.errorType && ` · ${inLanguage(language, transferErrorTexts[trial.errorType])}`}
      </p>
      <Table
        caption={t("title")}
        rows={trial.steps}
        keyOf={({ step }) => step}
        empty="–"
        columns={[
          { name: t("step"), cell: ({ step }) => inLanguage(language, stepTexts[step] ?? [step, step]) },
          { name: t("outcome"), cell: ({ ok }) => <Badge label={ok ? goodLabel : badLabel} /> },
          { name: t("duration"), numeric: true, cell: ({ durationMs }) => `${durationMs} ms` },
          { name: t("detail"), cell: ({ detail }) => (detail ? <span lang="en">{detail}</span> : "–") },
        ]}
      />
    </>
  );
}
