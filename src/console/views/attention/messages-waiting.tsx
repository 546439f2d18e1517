import { taipeiTime } from "../../lib/format.ts";
import { smsTypeTexts } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { SettleMessage } from "../sms/message-actions.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["簡訊：是否送出不明", "SMS: unknown whether sent"],
  note: [
    "送給業者時連線中斷。遲到的回條會自動結案；否則到業者後台查證再判定。重送可能讓客戶收到兩則。",
    "The connection broke while it was handed over. A late receipt ends it by itself; else look at the provider's own pages and settle. Sending again may give the customer two.",
  ],
  to: ["收訊人", "Recipient"],
  type: ["類別", "Type"],
  provider: ["業者", "Provider"],
  since: ["起於", "Since"],
  action: ["動作", "Action"],
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
    <Section title={t("title")} note={t("note")}>
      <Table
        caption={t("title")}
        rows={messages}
        keyOf={({ id }) => id}
        empty="–"
        columns={[
          { name: t("to"), cell: ({ id, to }) => <a href={addressOf("sms", id)}>{to}</a> },
          { name: t("type"), wide: true, cell: ({ messageType }) => inLanguage(language, smsTypeTexts[messageType]) },
          { name: t("provider"), wide: true, cell: ({ provider }) => provider ?? "–" },
          { name: t("since"), wide: true, cell: ({ statusAt }) => <time>{taipeiTime(statusAt)}</time> },
          {
            name: t("action"),
            cell: (message) => <SettleMessage message={message} session={session} onDone={onDone} />,
          },
        ]}
      />
    </Section>
  );
}
