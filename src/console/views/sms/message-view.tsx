import type { SmsMessage } from "@luckygas/gateway-client";
import type { ReactNode } from "react";
import { taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { smsAttemptLabels, smsOutcomeTexts, smsStatusLabels, smsTypeTexts, type Tone } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { useEvents } from "../../lib/use-events.ts";
import { useQuery, WATCHED_POLL_MS } from "../../lib/use-query.ts";
import { inLanguage, type Language, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Facts, PageHead, Section } from "../../ui/layout.tsx";
import { type Moment, Timeline } from "../../ui/timeline.tsx";
import { Told } from "../../ui/told.tsx";
import type { ViewProps } from "../../views.ts";
import { CancelMessage, RetryMessage, SettleMessage } from "./message-actions.tsx";

const words = {
  title: ["簡訊", "SMS"],
  back: ["簡訊", "SMS"],
  facts: ["內容", "Content"],
  text: ["內文", "Text"],
  hidden: ["驗證碼內文不顯示", "one-time codes are not shown"],
  type: ["類別", "Type"],
  segments: ["則數", "Segments"],
  template: ["範本", "Template"],
  expires: ["有效至", "Useful until"],
  reason: ["原因", "Why"],
  remedy: ["如何結案", "What ends it"],
  remedyText: [
    "業者說不出結果。遲到的回條會自動結案；否則到業者後台查證，再按「判定是否送出」。",
    "The provider could not say. A late receipt ends it; else look at the provider's own pages and settle it.",
  ],
  next: ["下次嘗試", "Next try"],
  life: ["經過", "Its life"],
  accepted: ["閘道收件", "Taken by the gateway"],
  attempt: ["交給 {provider}（第 {number} 次）", "Handed to {provider} (try {number})"],
  receipt: ["{provider} 回條", "Receipt of {provider}"],
  late: ["已有更好的回條，未採用", "a better one had come before; not used"],
  cost: ["費用 NT$ {cost}", "cost NT$ {cost}"],
  chosen: ["選擇原因：", "Why this provider:"],
  callback: ["業者主動通知", "called in"],
  poll: ["向業者查詢", "asked for"],
} satisfies Words;

type Say = (key: keyof typeof words, values?: Record<string, string | number>) => string;

/** One message's life: what it says, every handing over, every receipt. */
export function MessageView({ id, session }: ViewProps & { id: string }) {
  const t = useWords(words);
  const language = useLanguage();
  const query = useQuery(
    `message ${id}`,
    (signal) => gateway.sms.getMessage.query({ id }, { signal }),
    WATCHED_POLL_MS,
  );
  useEvents(`message ${id}`, (listener) => gateway.sms.watchMessages.subscribe({ ids: [id] }, listener), query.reload);
  const message = query.data;
  return (
    <>
      <PageHead
        title={message ? <Title message={message} /> : t("title")}
        back={{ href: addressOf("sms"), label: t("back") }}
      >
        {message && (
          <>
            <SettleMessage message={message} session={session} onDone={query.reload} />
            <RetryMessage message={message} onDone={query.reload} />
            <CancelMessage message={message} onDone={query.reload} />
          </>
        )}
      </PageHead>
      <Asked query={query}>
        {(shown) => (
          <>
            {shown.remedy && (
              <p className="notice warn">
                <strong>{t("remedy")}</strong> <Told english={shown.remedy} chinese={t("remedyText")} />
              </p>
            )}
            <Section title={t("facts")}>
              <Facts items={factsOf(shown, t, language)} />
            </Section>
            <Section title={t("life")}>
              <Timeline moments={lifeOf(shown, t, language)} />
            </Section>
          </>
        )}
      </Asked>
    </>
  );
}

function Title({ message }: { message: SmsMessage }) {
  return (
    <>
      {message.to} <Badge label={smsStatusLabels[message.status]} />
    </>
  );
}

function factsOf(message: SmsMessage, t: Say, language: Language): [string, ReactNode][] {
  const { text, messageType, segments, encoding, templateCode, variant, statusReason, nextAttemptAt } = message;
  return [
    [t("text"), text ?? t("hidden")],
    [t("type"), inLanguage(language, smsTypeTexts[messageType])],
    [t("segments"), `${segments} (${encoding})`],
    [t("expires"), taipeiTime(message.expiresAt)],
    ...(templateCode ? [[t("template"), `${templateCode} ${variant ?? ""}`] as [string, string]] : []),
    ...(statusReason ? [[t("reason"), <Told key="reason" english={statusReason} />] as [string, ReactNode]] : []),
    ...(nextAttemptAt ? [[t("next"), taipeiTime(nextAttemptAt)] as [string, string]] : []),
  ];
}

function lifeOf(message: SmsMessage, t: Say, language: Language): Moment[] {
  const begun: Moment = { key: "accepted", at: message.createdAt, tone: "idle", title: t("accepted") };
  const attempts = message.attempts.map((attempt): Moment => {
    const label = smsAttemptLabels[attempt.state];
    const { provider, number, selectionReason, outcomeClass, outcomeReason, costTwd } = attempt;
    return {
      key: attempt.id,
      at: attempt.startedAt,
      tone: label.tone,
      title: `${t("attempt", { provider, number })}: ${inLanguage(language, label.text)}`,
      detail: (
        <>
          {outcomeClass && outcomeClass !== "accepted" && <p>{inLanguage(language, smsOutcomeTexts[outcomeClass])}</p>}
          {outcomeReason && (
            <p>
              <Told english={outcomeReason} />
            </p>
          )}
          <p>
            {t("chosen")} <Told english={selectionReason} />
          </p>
          {costTwd !== null && <p>{t("cost", { cost: costTwd })}</p>}
        </>
      ),
    };
  });
  const receipts = message.receipts.map((receipt): Moment => {
    const label = receipt.status ? smsStatusLabels[receipt.status] : undefined;
    const tone: Tone = receipt.applied && label ? label.tone : "idle";
    const meaning = label ? inLanguage(language, label.text) : "–";
    return {
      key: receipt.id,
      at: receipt.receivedAt,
      tone,
      title: `${t("receipt", { provider: receipt.provider })}: ${meaning}`,
      detail: [receipt.providerStatus, t(receipt.source), !receipt.applied && t("late")].filter(Boolean).join(" · "),
    };
  });
  return [begun, ...attempts, ...receipts].sort((left, right) => left.at.localeCompare(right.at));
}
