import { tellError } from "../../lib/errors.ts";
import { number } from "../../lib/format.ts";
import { healthLabels, partyText } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked, Failure } from "../../ui/asked.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import { Todo } from "../../ui/todo.tsx";
import { Told } from "../../ui/told.tsx";
import type { ViewProps } from "../../views.ts";
import { BatchesWaiting } from "./batches-waiting.tsx";
import { DeadlinesWaiting } from "./deadlines-waiting.tsx";
import { FilesWaiting } from "./files-waiting.tsx";
import { InvoicesWaiting } from "./invoices-waiting.tsx";
import { MessagesWaiting } from "./messages-waiting.tsx";
import { OrdersWaiting } from "./orders-waiting.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["待人處理", "Needs a person"],
  lead: [
    "閘道不猜測：不確定是否生效、或不該自行重做的事，都停在這裡等人判定。",
    "The gateway does not guess: what may or may not have taken effect, and what it must not repeat by itself, waits here for a person.",
  ],
  nothing: ["目前沒有需要人處理的事。", "Nothing needs a person now."],
  stock: ["庫存與餘額", "Stock and credit"],
  numbers: ["發票號碼", "Invoice numbers"],
  numbersLeft: ["本期剩 {remaining} 號", "{remaining} left this period"],
  numbersMeaning: [
    "用完就不能開立發票。請向國稅局增配，再匯入新的字軌。",
    "Without numbers no invoice can be issued. Ask the tax office for more and add the range.",
  ],
  toNumbers: ["匯入字軌", "Add a range"],
  credit: ["{provider} 餘額", "Credit at {provider}"],
  creditLeft: ["剩 {credit}", "{credit} left"],
  creditMeaning: [
    "用完後業者會拒收，簡訊會改走其他業者或延後。請向業者儲值；餘額更新後自動消失。",
    "Once it is used up the provider refuses, and messages go elsewhere or wait. Buy more there; this goes by itself.",
  ],
  services: ["對外連線停擺", "Outside parties that cannot be used"],
  servicesMeaning: [
    "工作都還在，恢復後自動繼續。先聯絡對方；設定或密鑰有誤時到「設定」更正。",
    "No work is lost; it goes on by itself. Ask the other party; where configuration or secrets are wrong, mend them under Settings.",
  ],
  toSettings: ["到設定", "To the settings"],
} satisfies Words;

/** What does not end by itself, each with what it means and the acts that end it. */
export function AttentionView({ attention, session }: ViewProps) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")} />
      <Asked query={attention}>
        {(found) => (
          <>
            {found.faults.map((fault) => (
              <Failure key={tellError(fault, language).details[0]?.text} error={fault} />
            ))}
            {found.count === 0 && found.faults.length === 0 && <p className="notice good">{t("nothing")}</p>}
            <DeadlinesWaiting deadlines={found.deadlines} session={session} onDone={attention.reload} />
            <BatchesWaiting batches={found.batches} session={session} onDone={attention.reload} />
            <InvoicesWaiting invoices={found.invoices} session={session} onDone={attention.reload} />
            <OrdersWaiting orders={found.orders} session={session} onDone={attention.reload} />
            <MessagesWaiting messages={found.messages} session={session} onDone={attention.reload} />
            <FilesWaiting files={found.files} session={session} onDone={attention.reload} />
            <Stock found={found} />
            <Services services={found.services} />
          </>
        )}
      </Asked>
    </>
  );
}

function Stock({ found }: { found: Attention }) {
  const t = useWords(words);
  const { stock, lowCredits } = found;
  if (!stock?.low && lowCredits.length === 0) return null;
  return (
    <Section title={t("stock")}>
      <ul className="todos">
        {stock?.low && (
          <Todo
            title={t("numbers")}
            facts={t("numbersLeft", { remaining: number(stock.remaining) })}
            meaning={t("numbersMeaning")}
          >
            <a className="button" href={addressOf("numbers")}>
              {t("toNumbers")}
            </a>
          </Todo>
        )}
        {lowCredits.map(({ provider, credit }) => (
          <Todo
            key={provider}
            title={t("credit", { provider })}
            facts={t("creditLeft", { credit: credit ?? "–" })}
            meaning={t("creditMeaning")}
          />
        ))}
      </ul>
    </Section>
  );
}

function Services({ services }: { services: Attention["services"] }) {
  const t = useWords(words);
  const language = useLanguage();
  if (services.length === 0) return null;
  return (
    <Section title={t("services")} note={t("servicesMeaning")}>
      <ul className="todos">
        {services.map(({ name, status, detail }) => (
          <Todo
            key={name}
            title={inLanguage(language, partyText(name))}
            label={healthLabels[status]}
            meaning={<Told english={detail} />}
          >
            {!name.startsWith("einvoice") && (
              <a className="button" href={addressOf("settings")}>
                {t("toSettings")}
              </a>
            )}
          </Todo>
        ))}
      </ul>
    </Section>
  );
}
