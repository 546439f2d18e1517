import { gateway } from "../../lib/gateway.ts";
import { addressOf, goTo } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useSubmit } from "../../lib/use-submit.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Field, type FieldSpec, valuesOf } from "../../ui/fields.tsx";
import { FormPage } from "../../ui/form-page.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import { BankTrials } from "./bank-trials.tsx";
import { parseJsonObject, writeJson } from "./json-fields.ts";

const words = {
  title: ["銀行設定", "Bank"],
  newTitle: ["新增銀行", "Add a bank"],
  lead: [
    "整份設定一次存入；不合理的組合會被拒絕，什麼都不會存。帳號密碼在密鑰庫，不在這裡。",
    "The whole configuration is stored at once; what does not make sense together is refused and nothing is stored. Credentials are secrets and not kept here.",
  ],
  back: ["設定", "Settings"],
  basics: ["基本", "Basics"],
  code: ["代號", "Key"],
  codeHint: ["小寫英數，例如 mega；建立後不變", "Lower-case letters and digits, e.g. mega; it stays"],
  name: ["名稱", "Name"],
  active: ["使用中", "In use"],
  host: ["SFTP 主機", "SFTP host"],
  port: ["SFTP 埠", "SFTP port"],
  upload: ["上傳路徑", "Upload folder"],
  download: ["下載路徑", "Download folder"],
  pins: ["主機金鑰指紋", "Host key fingerprints"],
  pinsHint: [
    "一行一個，SHA256:…；向銀行索取。銀行換金鑰期間可同時列兩個",
    "One a line, SHA256:…, as the bank tells. Two while the bank changes its key",
  ],
  file: ["檔案", "File"],
  format: ["檔案種類", "Kind of file"],
  fixed: ["固定長度", "fixed width"],
  csv: ["分隔符號", "delimited"],
  encoding: ["編碼", "Encoding"],
  paymentPattern: ["扣款檔名", "Name of payment files"],
  replyPattern: ["回覆檔名", "Name of reply files"],
  rejectionPattern: ["整批退回檔名", "Name of rejection files"],
  patternHint: [
    "{YYYYMMDD} 日期、{BATCH} 批號、{FILE} 原檔名、* 任意",
    "{YYYYMMDD} day, {BATCH} batch, {FILE} our file's name, * anything",
  ],
  company: ["委託單位代號", "Company code"],
  clearing: ["銀行代碼（三碼）", "Clearing code, three digits"],
  control: ["核准與上限", "Approvals and limits"],
  approvals: ["需核准人數", "Approvals needed"],
  secondAbove: ["超過此金額須兩人核准", "Two approvers above NT$"],
  cutoff: ["每日截止時間", "Cut-off on the payment date"],
  cutoffHint: ["留空則不檢查營業日與截止", "Without it, banking days and cut-offs are not enforced"],
  itemLimit: ["單筆上限", "Limit of one debit"],
  batchLimit: ["每批上限", "Limit of one batch"],
  dayLimit: ["每日上限", "Limit of one day"],
  limitHint: ["元；留空不限", "NT$; none when empty"],
  duplicateDays: ["重複扣款檢查天數", "Days looked back for duplicates"],
  further: ["其餘設定（JSON）", "Everything else, as JSON"],
  furtherHint: [
    "連線方式、格式代號、文字規則、虛擬帳號等。不懂的項目請保持原樣。",
    "How the server differs, layouts, text rules, virtual accounts … Leave what you do not know as it is.",
  ],
  submit: ["存入設定", "Store the configuration"],
} satisfies Words;

type Configuration = Awaited<ReturnType<typeof gateway.banking.getBankConfiguration.query>>;
type BankInput = Parameters<typeof gateway.banking.upsertBank.mutate>[0];
type Say = (key: keyof typeof words) => string;

const START = {
  bankCode: "",
  bankName: "",
  sftpHost: "",
  sftpPort: 22,
  uploadPath: "/upload",
  downloadPath: "/download",
  fileFormat: "fixed_width",
  encoding: "BIG5",
  isActive: true,
} satisfies BankInput;

/** A bank's configuration, as it is in force; an empty key makes a new one. */
export function BankForm({ bank }: { bank: string }) {
  const t = useWords(words);
  const back = { href: addressOf("settings"), label: t("back") };
  if (bank === "") {
    return (
      <>
        <PageHead title={t("newTitle")} lead={t("lead")} back={back} />
        <Fields configuration={START} isNew />
      </>
    );
  }
  return (
    <>
      <PageHead title={`${t("title")} · ${bank}`} lead={t("lead")} back={back} />
      <BankTrials bank={bank} />
      <Loaded bank={bank} />
    </>
  );
}

const NEVER_MS = 3_600_000;

function Loaded({ bank }: { bank: string }) {
  const query = useQuery(
    `bank ${bank}`,
    (signal) => gateway.banking.getBankConfiguration.query({ bank }, { signal }),
    NEVER_MS,
  );
  return <Asked query={query}>{(configuration) => <Fields configuration={configuration} isNew={false} />}</Asked>;
}

function Fields({ configuration, isNew }: { configuration: BankInput | Configuration; isNew: boolean }) {
  const t = useWords(words);
  const rest = restOf(configuration);
  const submission = useSubmit(async (form) => {
    const stored = await gateway.banking.upsertBank.mutate(configurationOf(valuesOf(form), configuration));
    goTo(addressOf("settings", undefined, { stored: stored.bank }));
  });
  const groups: [title: string, fields: FieldSpec[]][] = [
    [t("basics"), basicFields(configuration, isNew, t)],
    [t("file"), fileFields(configuration, t)],
    [t("control"), controlFields(configuration, t)],
  ];
  return (
    <FormPage submission={submission} confirm={t("submit")} label={t("title")}>
      {groups.map(([title, fields]) => (
        <Section key={title} title={title}>
          <div className="form-row">
            {fields.map((field) => (
              <Field key={field.name} field={field} />
            ))}
          </div>
        </Section>
      ))}
      <Section title={t("further")} note={t("furtherHint")}>
        <Field
          field={{ kind: "area", name: "further", label: t("further"), code: true, rows: 12, value: writeJson(rest) }}
        />
      </Section>
    </FormPage>
  );
}

type Known = BankInput | Configuration;
const shown = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

const basicFields = (known: Known, isNew: boolean, t: Say): FieldSpec[] => [
  ...(isNew
    ? [
        {
          kind: "text" as const,
          name: "bankCode",
          label: t("code"),
          hint: t("codeHint"),
          required: true,
          pattern: "[a-z][a-z0-9_]{1,19}",
        },
      ]
    : []),
  { kind: "text", name: "bankName", label: t("name"), required: true, maxLength: 60, value: known.bankName },
  { kind: "text", name: "sftpHost", label: t("host"), required: true, code: true, value: known.sftpHost },
  { kind: "number", name: "sftpPort", label: t("port"), value: shown(known.sftpPort) },
  { kind: "text", name: "uploadPath", label: t("upload"), required: true, code: true, value: known.uploadPath },
  { kind: "text", name: "downloadPath", label: t("download"), required: true, code: true, value: known.downloadPath },
  {
    kind: "area",
    name: "hostKeyPins",
    label: t("pins"),
    hint: t("pinsHint"),
    rows: 2,
    code: true,
    value: (known.hostKeyPins ?? []).join("\n"),
  },
  { kind: "check", name: "isActive", label: t("active"), checked: known.isActive ?? true },
];

const fileFields = (known: Known, t: Say): FieldSpec[] => [
  {
    kind: "select",
    name: "fileFormat",
    label: t("format"),
    value: known.fileFormat,
    options: [
      { value: "fixed_width", label: t("fixed") },
      { value: "csv", label: t("csv") },
    ],
  },
  { kind: "text", name: "encoding", label: t("encoding"), required: true, value: known.encoding },
  { kind: "text", name: "companyCode", label: t("company"), maxLength: 10, value: shown(known.companyCode) },
  { kind: "text", name: "clearingCode", label: t("clearing"), pattern: "[0-9]{3}", value: shown(known.clearingCode) },
  {
    kind: "text",
    name: "paymentFilePattern",
    label: t("paymentPattern"),
    hint: t("patternHint"),
    code: true,
    value: shown(known.paymentFilePattern),
  },
  {
    kind: "text",
    name: "reconciliationFilePattern",
    label: t("replyPattern"),
    code: true,
    value: shown(known.reconciliationFilePattern),
  },
  {
    kind: "text",
    name: "rejectionFilePattern",
    label: t("rejectionPattern"),
    code: true,
    value: shown(known.rejectionFilePattern),
  },
];

const controlFields = (known: Known, t: Say): FieldSpec[] => [
  { kind: "number", name: "approvalsRequired", label: t("approvals"), value: shown(known.approvalsRequired ?? 1) },
  { kind: "time", name: "cutoffTime", label: t("cutoff"), hint: t("cutoffHint"), value: shown(known.cutoffTime) },
  { kind: "number", name: "duplicateCheckDays", label: t("duplicateDays"), value: shown(known.duplicateCheckDays) },
  { kind: "number", name: "secondApprovalAbove", label: t("secondAbove"), value: shown(known.secondApprovalAbove) },
  { kind: "number", name: "itemLimit", label: t("itemLimit"), hint: t("limitHint"), value: shown(known.itemLimit) },
  { kind: "number", name: "batchLimit", label: t("batchLimit"), value: shown(known.batchLimit) },
  { kind: "number", name: "dayLimit", label: t("dayLimit"), value: shown(known.dayLimit) },
];

/** Fields that the form itself has; all others stand in the JSON, those of later versions included. */
const texts = ["bankName", "sftpHost", "uploadPath", "downloadPath", "encoding", "companyCode"] as const;
const optionalTexts = ["paymentFilePattern", "reconciliationFilePattern"] as const;
const nullableTexts = ["clearingCode", "rejectionFilePattern", "cutoffTime"] as const;
const numbers = ["sftpPort", "approvalsRequired", "duplicateCheckDays"] as const;
const nullableNumbers = ["secondApprovalAbove", "itemLimit", "batchLimit", "dayLimit"] as const;
const own: readonly string[] = [
  ...["bankCode", "isActive", "fileFormat", "hostKeyPins"],
  ...[...texts, ...optionalTexts, ...nullableTexts, ...numbers, ...nullableNumbers],
];

const restOf = (known: Known): Record<string, unknown> =>
  Object.fromEntries(Object.entries(known).filter(([name]) => !own.includes(name)));

/** The gateway checks it; what is not JSON is told here, by the field's name. */
function configurationOf(values: Record<string, string>, known: Known): BankInput {
  const further = parseJsonObject(values.further ?? "");
  if ("problem" in further) throw new Error(`JSON: ${further.problem}`);
  const made: Record<string, unknown> = { ...further.value, bankCode: values.bankCode ?? known.bankCode };
  for (const name of texts) made[name] = values[name] ?? "";
  for (const name of optionalTexts) if (values[name]) made[name] = values[name];
  for (const name of nullableTexts) made[name] = values[name] ?? null;
  for (const name of numbers) if (values[name]) made[name] = Number(values[name]);
  for (const name of nullableNumbers) made[name] = values[name] ? Number(values[name]) : null;
  made.isActive = values.isActive === "true";
  made.fileFormat = values.fileFormat;
  made.hostKeyPins = (values.hostKeyPins ?? "").split(/\s+/).filter(Boolean);
  // as: the gateway parses it against the same contract and names each field that does not fit.
  return made as unknown as BankInput;
}
