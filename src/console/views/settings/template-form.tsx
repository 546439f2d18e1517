import type { SmsMessageType, SmsTemplate } from "@luckygas/gateway-client";
import { useState } from "react";
import { gateway } from "../../lib/gateway.ts";
import { smsTypeTexts } from "../../lib/labels.ts";
import { addressOf, goTo, useRoute } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useSubmit } from "../../lib/use-submit.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Field, valuesOf } from "../../ui/fields.tsx";
import { FormPage } from "../../ui/form-page.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import { usePreview } from "../sms/use-preview.ts";

const words = {
  title: ["簡訊範本", "SMS template"],
  newTitle: ["新增範本", "Add a template"],
  lead: [
    "改動內文、權重或啟用，會開始新的實驗。司機只能用四個配送範本。",
    "A change of text, weight or state begins a new experiment. Drivers may send the four delivery templates only.",
  ],
  back: ["設定", "Settings"],
  which: ["版本", "Variant"],
  code: ["代碼", "Code"],
  codeHint: ["小寫英數與底線，例如 order_confirmation", "Lower-case letters, digits and _, e.g. order_confirmation"],
  variant: ["版本", "Variant"],
  variantHint: ["A、B …；同一範本的版本依權重分配", "A, B …; variants of a template are shared out by weight"],
  name: ["名稱", "Name"],
  type: ["類別", "Type"],
  weight: ["權重（0–100）", "Weight, 0 to 100"],
  active: ["使用中", "In use"],
  text: ["內文", "Text"],
  textHint: ["以 {欄位} 放入每則不同的內容，例如 {order_id}", "{placeholders} hold what differs, e.g. {order_id}"],
  measured: [
    "{segments} 則（{encoding}，{units} 字元），不含欄位內容",
    "{segments} segment(s) ({encoding}, {units} units) without the values",
  ],
  placeholders: ["欄位", "Placeholders"],
  noPlaceholders: ["內文裡沒有欄位。", "The text has none."],
  kindOf: ["{name} 的種類", "Kind of {name}"],
  lengthOf: ["{name} 最長字數", "Longest {name}"],
  kindText: ["文字", "text"],
  kindInteger: ["整數", "whole number"],
  kindDate: ["日期", "date"],
  kindTime: ["時間", "time"],
  submit: ["存入範本", "Store the template"],
} satisfies Words;

const NEVER_MS = 3_600_000;
const LENGTH_DEFAULT = "60";

/** One variant of a template; an empty code makes a new one. */
export function TemplateForm({ code }: { code: string }) {
  const t = useWords(words);
  const { params } = useRoute();
  const back = { href: addressOf("settings"), label: t("back") };
  const query = useQuery(
    `template ${code}`,
    async (signal) => (code === "" ? { items: [] } : gateway.sms.listTemplates.query({ code }, { signal })),
    NEVER_MS,
  );
  return (
    <>
      <PageHead title={code === "" ? t("newTitle") : `${t("title")} · ${code}`} lead={t("lead")} back={back} />
      <Asked query={query}>
        {({ items }) => <Fields known={items.find(({ variant }) => variant === params.get("variant")) ?? items[0]} />}
      </Asked>
    </>
  );
}

function Fields({ known }: { known: SmsTemplate | undefined }) {
  const t = useWords(words);
  const language = useLanguage();
  const [content, setContent] = useState(known?.content ?? "");
  const preview = usePreview(content.replaceAll(/\{\w+\}/g, ""));
  const names = [...new Set([...content.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map(([, name = ""]) => name))];
  const submission = useSubmit(async (form) => {
    const values = valuesOf(form);
    await gateway.sms.upsertTemplate.mutate({
      code: known?.code ?? values.code ?? "",
      variant: values.variant ?? "A",
      name: values.name ?? "",
      content,
      placeholders: names.map((name) => placeholderOf(name, values)),
      messageType: typeOf(values.messageType),
      weight: Number(values.weight ?? "100"),
      isActive: values.isActive === "true",
    });
    goTo(addressOf("settings"));
  });
  const types = Object.entries(smsTypeTexts).map(([value, text]) => ({ value, label: inLanguage(language, text) }));
  return (
    <FormPage submission={submission} confirm={t("submit")} label={t("title")}>
      <Section title={t("which")}>
        <div className="form-row">
          {!known && (
            <Field field={{ kind: "text", name: "code", label: t("code"), hint: t("codeHint"), required: true }} />
          )}
          <Field
            field={{
              kind: "text",
              name: "variant",
              label: t("variant"),
              hint: t("variantHint"),
              required: true,
              maxLength: 8,
              value: known?.variant ?? "A",
            }}
          />
          <Field
            field={{
              kind: "text",
              name: "name",
              label: t("name"),
              required: true,
              maxLength: 100,
              value: known?.name ?? "",
            }}
          />
          <Field
            field={{
              kind: "select",
              name: "messageType",
              label: t("type"),
              value: known?.messageType ?? "general",
              options: types,
            }}
          />
          <Field
            field={{
              kind: "number",
              name: "weight",
              label: t("weight"),
              required: true,
              value: String(known?.weight ?? 100),
            }}
          />
        </div>
        <Field field={{ kind: "check", name: "isActive", label: t("active"), checked: known?.isActive ?? true }} />
      </Section>
      <Section title={t("text")}>
        <Field
          field={{
            kind: "area",
            name: "content",
            label: t("text"),
            hint: t("textHint"),
            required: true,
            rows: 4,
            maxLength: 1_000,
            value: content,
            onChange: setContent,
          }}
        />
        {preview && (
          <p className="note" role="status">
            {t("measured", { segments: preview.segments, encoding: preview.encoding, units: preview.units })}
          </p>
        )}
        <h3>{t("placeholders")}</h3>
        {names.length === 0 && <p className="empty">{t("noPlaceholders")}</p>}
        {names.map((name) => (
          <PlaceholderRow
            key={name}
            name={name}
            known={known?.placeholders.find((placeholder) => placeholder.name === name)}
          />
        ))}
      </Section>
    </FormPage>
  );
}

type Placeholder = SmsTemplate["placeholders"][number];

function PlaceholderRow({ name, known }: { name: string; known: Placeholder | undefined }) {
  const t = useWords(words);
  const [kind, setKind] = useState<string>(known?.type ?? "text");
  return (
    <div className="form-row">
      <Field
        field={{
          kind: "select",
          name: `kind:${name}`,
          label: t("kindOf", { name: `{${name}}` }),
          value: kind,
          onChange: setKind,
          options: [
            { value: "text", label: t("kindText") },
            { value: "integer", label: t("kindInteger") },
            { value: "date", label: t("kindDate") },
            { value: "time", label: t("kindTime") },
          ],
        }}
      />
      {kind === "text" && (
        <Field
          field={{
            kind: "number",
            name: `length:${name}`,
            label: t("lengthOf", { name: `{${name}}` }),
            value: known?.type === "text" ? String(known.maxLength) : LENGTH_DEFAULT,
          }}
        />
      )}
    </div>
  );
}

function placeholderOf(name: string, values: Record<string, string>) {
  const kind = values[`kind:${name}`];
  if (kind === "integer") return { name, type: kind } as const;
  if (kind === "date") return { name, type: kind } as const;
  if (kind === "time") return { name, type: kind } as const;
  return { name, type: "text" as const, maxLength: Number(values[`length:${name}`] ?? LENGTH_DEFAULT) };
}

function typeOf(value: string | undefined): SmsMessageType {
  const types = Object.keys(smsTypeTexts) as SmsMessageType[]; // as: the record has no other keys
  return types.find((type) => type === value) ?? "general";
}
