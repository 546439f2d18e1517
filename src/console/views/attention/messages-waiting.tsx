import { taipeiTime } from "../../lib/format.ts";
import { smsStatusLabels, smsTypeTexts } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Section } from "../../ui/layout.tsx";
import { Todo } from "../../ui/todo.tsx";
import { SettleMessage } from "../sms/message-actions.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["簡訊", "SMS"],
  meaning: [
    "交給業者時連線中斷，可能已送出。遲到的回條會自動結案；否則到業者後台查證再判定。重送可能讓客戶收到兩則。",
    "The connection broke while it was handed over; it may have gone out. A late receipt ends it by itself; else look at the provider's own pages and settle. Sending again may give the customer two.",
  ],
} satisfies Words;

interface Props {
  messages: Attention["messages"];
  session: Session;
  onDone(): void;
}

export function MessagesWaiting({ messages, session, onDone }: Props) {
  const t = useWords(words);
  const language = useLanguage();
  if (messages.length === 0) return null;
  return (
    <Section title={t("title")}>
      <ul className="todos">
        {messages.map((message) => (
          <Todo
            key={message.id}
            title={<a href={addressOf("sms", message.id)}>{message.to}</a>}
            label={smsStatusLabels[message.status]}
            facts={[
              inLanguage(language, smsTypeTexts[message.messageType]),
              message.provider,
              taipeiTime(message.statusAt),
            ]
              .filter(Boolean)
              .join(" · ")}
            meaning={t("meaning")}
          >
            <SettleMessage message={message} session={session} onDone={onDone} />
          </Todo>
        ))}
      </ul>
    </Section>
  );
}
