import type { SmsTemplate } from "@luckygas/gateway-client";
import { useState } from "react";
import { gateway } from "../../lib/gateway.ts";
import type { Label } from "../../lib/labels.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Experiment } from "./experiment.tsx";

const words = {
  title: ["範本與實驗", "Templates and experiments"],
  note: [
    "同一範本的各版本依權重分給收訊人；樣本未滿以前不判勝負。",
    "Variants are shared out by weight; no winner is named before the planned sample is complete.",
  ],
  variants: ["{count} 個版本", "{count} variant(s)"],
  empty: ["還沒有範本。", "No templates yet."],
} satisfies Words;

const inactiveLabel: Label = { tone: "idle", text: ["停用", "not in use"] };

/** Every template; opened, it shows how its variants do. */
export function TemplatesSection() {
  const t = useWords(words);
  const query = useQuery("templates", (signal) => gateway.sms.listTemplates.query({}, { signal }), 30_000);
  return (
    <Section title={t("title")} note={t("note")}>
      <Asked query={query}>
        {({ items }) => (
          <div className="disclosures">
            {items.length === 0 && <p className="empty">{t("empty")}</p>}
            {byCode(items).map(([code, variants]) => (
              <TemplateDetails key={code} code={code} variants={variants} />
            ))}
          </div>
        )}
      </Asked>
    </Section>
  );
}

function byCode(templates: SmsTemplate[]): [string, SmsTemplate[]][] {
  const codes = [...new Set(templates.map(({ code }) => code))];
  return codes.map((code) => [code, templates.filter((template) => template.code === code)]);
}

function TemplateDetails({ code, variants }: { code: string; variants: SmsTemplate[] }) {
  const t = useWords(words);
  const [open, setOpen] = useState(false);
  const active = variants.filter(({ isActive }) => isActive);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {variants[0]?.name} <span className="note">{t("variants", { count: variants.length })}</span>{" "}
        {active.length === 0 && <Badge label={inactiveLabel} />}
      </summary>
      {variants.map(({ variant, content }) => (
        <p key={variant} className="detail">
          <strong>{variant}</strong> {content}
        </p>
      ))}
      {open && <Experiment code={code} />}
    </details>
  );
}
