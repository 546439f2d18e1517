import { taipeiTime } from "../../lib/format.ts";
import { type Label, type Tone, transferErrorTexts, verificationTexts } from "../../lib/labels.ts";
import { inLanguage, type Text, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Timeline } from "../../ui/timeline.tsx";
import { Told } from "../../ui/told.tsx";
import type { BatchDetail } from "./types.ts";

const words = {
  title: ["傳送經過", "Transfer"],
  attempt: ["第 {number} 次，{time}", "Try {number}, {time}"],
  none: ["還沒有送出。", "Not sent yet."],
  verification: ["送達前驗證：{level}", "Checked at the bank before the final name: {level}"],
  error: ["錯誤：{type}", "Fault: {type}"],
} satisfies Words;

/** The gateway's names of the steps; one that is new shows under its own name. */
const stepTexts: Record<string, Text> = {
  "look for the final name": ["查看正式檔名是否已存在", "look for the final name"],
  "open the temporary file": ["開啟暫存檔", "open the temporary file"],
  "open the final file": ["開啟正式檔", "open the final file"],
  write: ["寫入", "write"],
  flush: ["寫到磁碟", "flush"],
  close: ["關檔", "close"],
  verify: ["讀回驗證", "verify"],
  rename: ["改為正式檔名", "rename"],
  "remove the temporary file": ["刪除暫存檔", "remove the temporary file"],
};

type Attempt = BatchDetail["attempts"][number];

const stateLabels: Record<Attempt["state"], Label> = {
  writing: { tone: "busy", text: ["寫入中", "being written"] },
  verified: { tone: "busy", text: ["已驗證，改名中", "verified, being renamed"] },
  sent: { tone: "good", text: ["已送達", "sent"] },
  failed: { tone: "bad", text: ["失敗，未送達", "failed, not there"] },
  indeterminate: { tone: "warn", text: ["是否送達不明", "arrival unknown"] },
};

/** Every try to bring the file to the bank, step by step. */
export function TransferSection({ batch }: { batch: BatchDetail }) {
  const t = useWords(words);
  return (
    <Section title={t("title")}>
      {batch.attempts.length === 0 && <p className="empty">{t("none")}</p>}
      {batch.attempts.map((attempt) => (
        <AttemptSteps key={attempt.number} attempt={attempt} />
      ))}
    </Section>
  );
}

function AttemptSteps({ attempt }: { attempt: Attempt }) {
  const t = useWords(words);
  const language = useLanguage();
  const { verification, errorType } = attempt;
  return (
    <>
      <h3>
        {t("attempt", { number: attempt.number, time: taipeiTime(attempt.startedAt) })}{" "}
        <Badge label={stateLabels[attempt.state]} />
      </h3>
      {verification && (
        <p className="note">{t("verification", { level: inLanguage(language, verificationTexts[verification]) })}</p>
      )}
      {errorType && <p className="note">{t("error", { type: inLanguage(language, transferErrorTexts[errorType]) })}</p>}
      <Timeline
        moments={attempt.steps.map(({ step, at, outcome }, index) => ({
          key: `${index} ${step}`,
          at,
          tone: toneOf(attempt, index),
          title: inLanguage(language, stepTexts[step] ?? [step, step]),
          detail: outcome === "done" ? undefined : <Told english={outcome} />,
        }))}
      />
    </>
  );
}

/** A step that did not end well is the last of its try. */
function toneOf({ state, steps }: Attempt, index: number): Tone {
  const endedBadly = state === "failed" || state === "indeterminate";
  return endedBadly && index === steps.length - 1 ? stateLabels[state].tone : "good";
}
