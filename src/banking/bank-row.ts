import type { bankConfigurationSchema } from "@luckygas/gateway-client";
import type { z } from "zod";

export type BankRow = z.output<typeof bankConfigurationSchema>;

/** A bank that is known without a row, e.g. from the start-up configuration. A row of the same bank replaces it. */
export type BankConfiguration = z.input<typeof bankConfigurationSchema>;

/** A bank's configuration before it is checked by `bankConfigurationSchema`. */
export type UncheckedBank = Record<string, unknown> &
  Pick<BankConfiguration, "bankCode" | "bankName" | "encoding" | "isActive"> & { fileFormat: string };
