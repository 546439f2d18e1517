import type { SmsPreview } from "@luckygas/gateway-client";
import { useEffect, useState } from "react";
import { gateway } from "../../lib/gateway.ts";

const SETTLE_MS = 400;
/** Measured for a number of no one: only the text decides. */
const MEASURED_FOR = "0912345678";

/** How a text would be sent, asked once the writer pauses. */
export function usePreview(text: string): SmsPreview | undefined {
  const [preview, setPreview] = useState<SmsPreview>();
  useEffect(() => {
    if (text === "") {
      setPreview(undefined);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      gateway.sms.previewMessage
        .query({ to: MEASURED_FOR, text }, { signal: controller.signal })
        .then(setPreview)
        .catch(() => setPreview(undefined));
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);
  return preview;
}
