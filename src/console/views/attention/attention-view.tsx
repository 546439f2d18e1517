import { number } from "../../lib/format.ts";
import { addressOf } from "../../lib/route.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import type { ViewProps } from "../../views.ts";
import { BatchesWaiting } from "./batches-waiting.tsx";
import { FilesWaiting } from "./files-waiting.tsx";
import { InvoicesWaiting } from "./invoices-waiting.tsx";
import { MessagesWaiting } from "./messages-waiting.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["待人處理", "Needs a person"],
  lead: [
    "閘道不猜測：不確定是否生效、或不該自行重做的事，都停在這裡等人判定。",
    "The gateway does not guess: what may or may not have taken effect, and what it must not repeat by itself, waits here for a person.",
  ],
  nothing: ["目前沒有需要人處理的事。", "Nothing needs a person now."],
  stock: ["發票號碼不足", "Invoice numbers run low"],
  stockNote: [
    "本期只剩 {remaining} 號。用完就不能開立發票；請向國稅局增配，再匯入新的字軌。",
    "Only {remaining} are left this period. Without numbers no invoice can be issued: ask the tax office for more and add the range.",
  ],
  toNumbers: ["到字軌與期限", "To numbers and deadlines"],
  credits: ["簡訊餘額不足", "SMS credit runs low"],
  creditsNote: ["用完後該業者會拒收，請向業者儲值。", "Once it is used up the provider refuses; buy more there."],
  services: ["對外連線停擺", "Outside parties that cannot be used"],
  servicesNote: ["工作都還在，恢復後自動繼續。", "No work is lost; it goes on by itself once they are back."],
} satisfies Words;

/** What does not end by itself, each kind with what it means and the acts that end it. */
export function AttentionView({ attention, session }: ViewProps) {
  const t = useWords(words);
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")} />
      <Asked query={attention}>
        {(found) => (
          <>
            {found.count === 0 && <p className="notice good">{t("nothing")}</p>}
            {found.stock.low && <LowStock remaining={found.stock.remaining} />}
            <BatchesWaiting batches={found.batches} session={session} onDone={attention.reload} />
            <InvoicesWaiting invoices={found.invoices} session={session} onDone={attention.reload} />
            <MessagesWaiting messages={found.messages} session={session} onDone={attention.reload} />
            <FilesWaiting files={found.files} session={session} onDone={attention.reload} />
            <LowCredits providers={found.lowCredits} />
            <Services services={found.services} />
          </>
        )}
      </Asked>
    </>
  );
}

function LowStock({ remaining }: { remaining: number }) {
  const t = useWords(words);
  return (
    <Section title={t("stock")} note={t("stockNote", { remaining: number(remaining) })}>
      <p>
        <a className="button" href={addressOf("numbers")}>
          {t("toNumbers")}
        </a>
      </p>
    </Section>
  );
}

function LowCredits({ providers }: { providers: Attention["lowCredits"] }) {
  const t = useWords(words);
  if (providers.length === 0) return null;
  return (
    <Section title={t("credits")} note={t("creditsNote")}>
      <ul>
        {providers.map(({ provider, credit }) => (
          <li key={provider}>
            <strong>{provider}</strong> {credit}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Services({ services }: { services: Attention["services"] }) {
  const t = useWords(words);
  if (services.length === 0) return null;
  return (
    <Section title={t("services")} note={t("servicesNote")}>
      <ul>
        {services.map(({ name, detail }) => (
          <li key={name}>
            <strong>{name}</strong> {detail}
          </li>
        ))}
      </ul>
    </Section>
  );
}
