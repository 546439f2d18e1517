import { isManager } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { PageHead } from "../../ui/layout.tsx";
import type { ViewProps } from "../../views.ts";
import { BankForm } from "./bank-form.tsx";
import { BanksSection } from "./banks-section.tsx";
import { CalendarSection } from "./calendar-section.tsx";
import { ProviderForm } from "./provider-form.tsx";
import { SmsSettingsSection } from "./sms-settings-section.tsx";
import { TemplateForm } from "./template-form.tsx";

const words = {
  title: ["設定", "Settings"],
  lead: [
    "銀行、營業日、簡訊業者與範本。密鑰不在這裡；每次變更都記入稽核軌跡。",
    "Banks, banking days, SMS providers and templates. Secrets are not kept here; every change is in the audit.",
  ],
} satisfies Words;

/** What managers set: `settings`, or one thing of it, e.g. `settings/bank:mega`. */
export function SettingsView({ route, session }: ViewProps) {
  const t = useWords(words);
  const [kind, name = ""] = route.id?.split(":") ?? [];
  if (kind === "bank") return <BankForm key={name} bank={name} />;
  if (kind === "provider") return <ProviderForm key={name} provider={name} session={session} />;
  if (kind === "template") return <TemplateForm key={name} code={name} />;
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")} />
      <BanksSection />
      <CalendarSection />
      {isManager(session.role) && <SmsSettingsSection />}
    </>
  );
}
