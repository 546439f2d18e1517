import { isValidUbn } from "@luckygas/gateway-client";

/** Whether a text is a valid 統一編號. */
export async function checkUbn(input: { ubn: string }): Promise<{ valid: boolean }> {
  return { valid: isValidUbn(input.ubn) };
}
