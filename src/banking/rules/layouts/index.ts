import type { LayoutInput } from "../layout/description.ts";
import { achP01, achP01Old } from "./ach-p01.ts";
import { achP02, achP02Old, achR02, achR02Old } from "./ach-p02.ts";
import { achR01, achR01Old } from "./ach-r01.ts";
import { luckygasAPayment, luckygasAReply } from "./luckygas-a.ts";
import { luckygasBPayment, luckygasBReply } from "./luckygas-b.ts";
import { luckygasCPayment, luckygasCReply } from "./luckygas-c.ts";
import { luckygasCsvPayment, luckygasCsvReply } from "./luckygas-csv.ts";
import { taishinStatement } from "./taishin-statement.ts";

/** The layouts that come with the gateway, by id. */
export const builtInLayouts: ReadonlyMap<string, LayoutInput> = new Map<string, LayoutInput>(
  [
    luckygasBPayment,
    luckygasBReply,
    luckygasCsvPayment,
    luckygasCsvReply,
    luckygasAPayment,
    luckygasAReply,
    luckygasCPayment,
    luckygasCReply,
    achP01,
    achR01,
    achP01Old,
    achR01Old,
    achP02,
    achR02,
    achP02Old,
    achR02Old,
    taishinStatement,
  ].map((layout): [string, LayoutInput] => [layout.id, layout]),
);

/** The layouts of a bank that names none, by its `file_format`. */
export const defaultLayouts: Readonly<Record<string, { payment: string; reply: string }>> = {
  fixed_width: { payment: "luckygas-b-payment", reply: "luckygas-b-reply" },
  csv: { payment: "luckygas-csv-payment", reply: "luckygas-csv-reply" },
};
