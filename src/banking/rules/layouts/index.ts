import type { LayoutInput } from "../layout/description.ts";
import { luckygasBPayment } from "./luckygas-b-payment.ts";
import { luckygasBReply } from "./luckygas-b-reply.ts";
import { luckygasCsvPayment, luckygasCsvReply } from "./luckygas-csv.ts";

/** The layouts that come with the gateway, by id. */
export const builtInLayouts: ReadonlyMap<string, LayoutInput> = new Map<string, LayoutInput>(
  [luckygasBPayment, luckygasBReply, luckygasCsvPayment, luckygasCsvReply].map((layout): [string, LayoutInput] => [
    layout.id,
    layout,
  ]),
);

/** The layouts of a bank that names none, by its `file_format`. */
export const defaultLayouts: Readonly<Record<string, { payment: string; reply: string }>> = {
  fixed_width: { payment: "luckygas-b-payment", reply: "luckygas-b-reply" },
  csv: { payment: "luckygas-csv-payment", reply: "luckygas-csv-reply" },
};
