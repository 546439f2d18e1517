import { gateway } from "../../lib/gateway.ts";
import { addressOf, goTo } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useSubmit } from "../../lib/use-submit.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Field, valuesOf } from "../../ui/fields.tsx";
import { FormPage } from "../../ui/form-page.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import { parseJsonObject, writeJson } from "./json-fields.ts";

const words = {
  title: ["簡訊業者", "SMS provider"],
  lead: [
    "本機立即生效，其他主機兩秒內生效。帳號密碼在密鑰庫，不在這裡。",
    "In force at once here and within two seconds elsewhere. Credentials are secrets and not kept here.",
  ],
  back: ["設定", "Settings"],
  only: ["只有最高管理員可以修改；以下供查閱。", "Only a super admin may change this; it is here to be read."],
  use: ["使用方式", "How it is used"],
  active: ["使用中", "In use"],
  priority: ["優先順序", "Priority"],
  priorityHint: ["數字大的先用", "Higher is preferred"],
  rate: ["每分鐘上限", "Messages in any 60 seconds"],
  daily: ["每日上限", "Messages a day"],
  none: ["留空不限", "No limit when empty"],
  perMessage: ["每則費用（元）", "Cost of a message, NT$"],
  perSegment: ["每段費用（元）", "Cost of a segment, NT$"],
  further: ["進階設定（JSON）", "Further settings, as JSON"],
  furtherHint: [
    "覆寫業者的預設值，例如逾時、最大段數、低餘額門檻",
    "Overrides of its defaults: timeouts, segments, low credit …",
  ],
  submit: ["存入設定", "Store the settings"],
} satisfies Words;

const NEVER_MS = 3_600_000;

type Settings = Awaited<ReturnType<typeof gateway.sms.getProviderSettings.query>>;

export function ProviderForm({ provider, session }: { provider: string; session: Session }) {
  const t = useWords(words);
  const query = useQuery(
    `provider ${provider}`,
    (signal) => gateway.sms.getProviderSettings.query({ provider }, { signal }),
    NEVER_MS,
  );
  return (
    <>
      <PageHead
        title={`${t("title")} · ${provider}`}
        lead={t("lead")}
        back={{ href: addressOf("settings"), label: t("back") }}
      />
      {session.role !== "super_admin" && <p className="notice">{t("only")}</p>}
      <Asked query={query}>{(settings) => <SettingsForm settings={settings} />}</Asked>
    </>
  );
}

function SettingsForm({ settings }: { settings: Settings }) {
  const t = useWords(words);
  const shown = (value: number | string | null) => (value === null ? "" : String(value));
  const submission = useSubmit(async (form) => {
    const { priority, rateLimit, isActive, dailyLimit, costPerMessage, costPerSegment, config } = valuesOf(form);
    const further = parseJsonObject(config ?? "");
    if ("problem" in further) throw new Error(`JSON: ${further.problem}`);
    await gateway.sms.upsertProvider.mutate({
      provider: settings.provider,
      priority: Number(priority),
      rateLimit: Number(rateLimit),
      isActive: isActive === "true",
      ...(dailyLimit && { dailyLimit: Number(dailyLimit) }),
      ...(costPerMessage && { costPerMessage }),
      ...(costPerSegment && { costPerSegment }),
      config: further.value,
    });
    goTo(addressOf("settings"));
  });
  return (
    <FormPage submission={submission} confirm={t("submit")} label={t("title")}>
      <Section title={t("use")}>
        <div className="form-row">
          <Field
            field={{
              kind: "number",
              name: "priority",
              label: t("priority"),
              hint: t("priorityHint"),
              required: true,
              value: shown(settings.priority),
            }}
          />
          <Field
            field={{
              kind: "number",
              name: "rateLimit",
              label: t("rate"),
              required: true,
              value: shown(settings.rateLimit),
            }}
          />
          <Field
            field={{
              kind: "number",
              name: "dailyLimit",
              label: t("daily"),
              hint: t("none"),
              value: shown(settings.dailyLimit),
            }}
          />
          <Field
            field={{
              kind: "number",
              name: "costPerMessage",
              label: t("perMessage"),
              value: shown(settings.costPerMessage),
            }}
          />
          <Field
            field={{
              kind: "number",
              name: "costPerSegment",
              label: t("perSegment"),
              value: shown(settings.costPerSegment),
            }}
          />
        </div>
        <Field field={{ kind: "check", name: "isActive", label: t("active"), checked: settings.isActive }} />
      </Section>
      <Section title={t("further")} note={t("furtherHint")}>
        <Field
          field={{
            kind: "area",
            name: "config",
            label: t("further"),
            code: true,
            rows: 8,
            value: writeJson(settings.config),
          }}
        />
      </Section>
    </FormPage>
  );
}
