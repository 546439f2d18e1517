import { createCipheriv, createDecipheriv } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { taipeiDate, taipeiTime } from "../../platform/taipei-time.ts";
import { createFaults, type Faults } from "../faults.ts";
import { createHttpSimulator, type SimulatorReply } from "../http-simulator.ts";

/** The simulated value-added centre: it gives the numbers. */
export interface EcpaySimulator {
  /** Base address on loopback, without a trailing slash. */
  url: string;
  /** Contents of the secret `einvoice-api-credentials` for this centre. */
  credentials: { app_id: string; api_key: string; qr_aes_key: string };
  /** Operations are named `Issue GetIssue Invalid`. */
  faults: Faults;
  /** Every invoice that was issued, in order. */
  records(): EcpayInvoice[];
  close(): Promise<void>;
}

export interface EcpayInvoice {
  relateNumber: string;
  number: string;
  total: number;
  createdAt: string;
  isInvalid: boolean;
  /** How often it was ordered under its key. */
  ordered: number;
}

const MERCHANT = "2000132";
const [KEY, IV] = ["ejCk326UnaZWKisg", "q9jcZX8Ib9LM8wYk"];
const RANDOM = "6789";

const bodySchema = z.object({ MerchantID: z.string(), Data: z.string() });
const dataSchema = z.looseObject({
  RelateNumber: z.string().optional(),
  InvoiceNo: z.string().optional(),
  Reason: z.string().optional(),
  SalesAmount: z.number().optional(),
  Items: z.array(z.object({ ItemAmount: z.number() })).optional(),
  vat: z.string().optional(),
});
type Data = z.output<typeof dataSchema>;

export async function createEcpaySimulator(options: { clock: Clock }): Promise<EcpaySimulator> {
  const faults = createFaults();
  const issued: EcpayInvoice[] = [];

  function issue(data: Data): Record<string, unknown> {
    const known = issued.find((invoice) => invoice.relateNumber === data.RelateNumber);
    if (known) {
      known.ordered += 1;
      return refusal("自訂編號重覆");
    }
    const relateNumber = data.RelateNumber ?? "";
    const total = data.SalesAmount ?? 0;
    const sum = (data.Items ?? []).reduce((amount, item) => amount + item.ItemAmount, 0);
    const isSum = data.vat === "1" ? Math.round(sum) === total : Math.round(sum * 1.05) === total;
    if (!/^[0-9A-Za-z]{1,30}$/.test(relateNumber) || total < 1 || !isSum) return refusal("參數錯誤");
    const now = options.clock.now();
    const createdAt = `${taipeiDate(now)} ${taipeiTime(now)}`;
    const number = `EC${String(issued.length + 1).padStart(8, "0")}`;
    issued.push({ relateNumber, number, total, createdAt, isInvalid: false, ordered: 1 });
    return { RtnCode: 1, RtnMsg: "開立發票成功", InvoiceNo: number, InvoiceDate: createdAt, RandomNumber: RANDOM };
  }

  const find = (data: Data) =>
    issued.find((invoice) => invoice.relateNumber === data.RelateNumber || invoice.number === data.InvoiceNo);

  function getIssue(data: Data): Record<string, unknown> {
    const invoice = find(data);
    if (!invoice) return refusal("查無發票資料");
    return {
      RtnCode: 1,
      RtnMsg: "查詢成功",
      IIS_Number: invoice.number,
      IIS_Create_Date: invoice.createdAt,
      IIS_Random_Number: RANDOM,
      IIS_Sales_Amount: String(invoice.total),
      IIS_Invalid_Status: invoice.isInvalid ? "1" : "0",
      IIS_Relate_Number: invoice.relateNumber,
    };
  }

  function invalid(data: Data): Record<string, unknown> {
    const invoice = find(data);
    if (!invoice || invoice.isInvalid || !data.Reason) return refusal("無法作廢");
    invoice.isInvalid = true;
    return { RtnCode: 1, RtnMsg: "作廢發票成功", InvoiceNo: invoice.number };
  }

  const operations = { Issue: issue, GetIssue: getIssue, Invalid: invalid } as const;
  const server = await createHttpSimulator({
    faults,
    route: (request) => {
      const name = (Object.keys(operations) as (keyof typeof operations)[]) // as: keys of the literal above
        .find((one) => request.url.pathname === `/B2CInvoice/${one}`);
      return name && { operation: name, handle: () => reply(request.body.toString("utf8"), operations[name]) };
    },
  });
  return {
    url: server.url,
    credentials: { app_id: MERCHANT, api_key: `${KEY}:${IV}`, qr_aes_key: "FE05F029154F6AA67A78B338ED2F6601" },
    faults,
    records: () => issued,
    close: server.close,
  };
}

const refusal = (message: string) => ({ RtnCode: 5000000, RtnMsg: message });

function reply(body: string, operation: (data: Data) => Record<string, unknown>): SimulatorReply {
  const answer = (fields: object): SimulatorReply => ({
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ MerchantID: MERCHANT, RpHeader: { Timestamp: 0 }, ...fields }),
  });
  try {
    const { MerchantID, Data } = bodySchema.parse(JSON.parse(body));
    if (MerchantID !== MERCHANT) return answer({ TransCode: 0, TransMsg: "MerchantID" });
    return answer({ TransCode: 1, TransMsg: "Success", Data: encrypt(operation(dataSchema.parse(decrypt(Data)))) });
  } catch {
    return answer({ TransCode: 0, TransMsg: "Data" });
  }
}

function encrypt(value: object): string {
  const text = encodeURIComponent(JSON.stringify(value)).replaceAll("%20", "+");
  const cipher = createCipheriv("aes-128-cbc", KEY, IV);
  return cipher.update(text, "utf8", "base64") + cipher.final("base64");
}

function decrypt(data: string): unknown {
  const decipher = createDecipheriv("aes-128-cbc", KEY, IV);
  const text = decipher.update(data, "base64", "utf8") + decipher.final("utf8");
  return JSON.parse(decodeURIComponent(text.replaceAll("+", "%20")));
}
