import { taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { breakerLabels, healthLabels } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";

const words = {
  title: ["銀行連線", "Links to the banks"],
  bank: ["銀行", "Bank"],
  status: ["狀態", "State"],
  breaker: ["斷路器", "Breaker"],
  pool: ["連線池", "Pool"],
  sending: ["傳送中", "Being sent"],
  waiting: ["等回覆", "Reply awaited"],
  lastFile: ["最近回覆檔", "Last file"],
  cutoff: ["下個截止", "Next cut-off"],
  empty: ["沒有設定銀行。", "No bank is configured."],
} satisfies Words;

/** Pool, breaker and work of every active bank. */
export function BankLinksSection() {
  const t = useWords(words);
  const query = useQuery("bank links", ask, 6_000);
  return (
    <Section title={t("title")}>
      <Asked query={query}>
        {(banks) => (
          <Table
            caption={t("title")}
            rows={banks}
            keyOf={({ bank }) => bank}
            empty={t("empty")}
            columns={[
              {
                name: t("bank"),
                cell: ({ bank, name }) => <a href={addressOf("batches", undefined, { bank })}>{name}</a>,
              },
              { name: t("status"), cell: ({ status }) => <Badge label={healthLabels[status]} /> },
              { name: t("breaker"), cell: (one) => <Badge label={breakerLabels[one.circuit_breaker]} /> },
              {
                name: t("pool"),
                numeric: true,
                cell: (one) => `${one.active_connections} / ${one.connections_max}`,
              },
              { name: t("sending"), numeric: true, wide: true, cell: ({ batches }) => batches.sending },
              { name: t("waiting"), numeric: true, wide: true, cell: ({ batches }) => batches.awaitingReply },
              {
                name: t("cutoff"),
                cell: ({ nextCutoffAt }) => (nextCutoffAt ? <time>{taipeiTime(nextCutoffAt)}</time> : "–"),
              },
              {
                name: t("lastFile"),
                wide: true,
                cell: ({ lastInboundFileAt }) =>
                  lastInboundFileAt ? <time>{taipeiTime(lastInboundFileAt)}</time> : "–",
              },
            ]}
          />
        )}
      </Asked>
    </Section>
  );
}

async function ask(signal: AbortSignal) {
  const { items } = await gateway.banking.listBanks.query(undefined, { signal });
  const active = items.filter(({ isActive }) => isActive);
  return Promise.all(
    active.map(async ({ bank, name }) => ({
      name,
      ...(await gateway.banking.getBankStatus.query({ bank }, { signal })),
    })),
  );
}
