import { useState } from "react";
import { gateway } from "../../lib/gateway.ts";
import { smsTypeTexts } from "../../lib/labels.ts";
import { addressOf, goTo } from "../../lib/route.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { usePreview } from "./use-preview.ts";

const words = {
  send: ["發送簡訊", "Send a message"],
  explain: ["收件後立即交給業者，無法收回。", "Handed to a provider at once; it cannot be taken back."],
  to: ["手機號碼", "Mobile number"],
  text: ["內文", "Text"],
  type: ["類別", "Type"],
  confirm: ["發送", "Send"],
  measured: ["{segments} 則（{encoding}，{units} 字元）", "{segments} segment(s) ({encoding}, {units} units)"],
} satisfies Words;

const ordinary = ["general", "order_confirmation", "out_for_delivery", "delivery_arrived", "payment_reminder"] as const;

/** One message by hand; says before sending how many segments it will cost. */
export function SendMessage({ onDone }: { onDone(): void }) {
  const t = useWords(words);
  const language = useLanguage();
  const [text, setText] = useState("");
  const preview = usePreview(text);
  return (
    <Action
      label={t("send")}
      title={t("send")}
      explain={
        <>
          <p>{t("explain")}</p>
          {preview && (
            <p role="status">
              {t("measured", { segments: preview.segments, encoding: preview.encoding, units: preview.units })}
            </p>
          )}
        </>
      }
      confirm={t("confirm")}
      tone="main"
      fields={[
        { kind: "text", name: "to", label: t("to"), required: true, maxLength: 40, autoComplete: "off" },
        { kind: "area", name: "text", label: t("text"), required: true, maxLength: 1_600, onChange: setText },
        {
          kind: "select",
          name: "messageType",
          label: t("type"),
          options: ordinary.map((value) => ({ value, label: inLanguage(language, smsTypeTexts[value]) })),
        },
      ]}
      act={async ({ to = "", text: body = "", messageType }, idempotencyKey) => {
        const type = ordinary.find((known) => known === messageType) ?? "general";
        const taken = await gateway.sms.sendMessage.mutate({ idempotencyKey, to, text: body, messageType: type });
        goTo(addressOf("sms", taken.id));
      }}
      onDone={onDone}
    />
  );
}
