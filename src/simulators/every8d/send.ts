import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";
import { readJson } from "./access.ts";
import { type Account, type Batch, SCHEDULE_CANCELLED } from "./account.ts";
import {
  type ErrorCode,
  errorReply,
  errorTexts,
  formOf,
  jsonReply,
  pointsOf,
  readMobile,
  readStamp,
  textReply,
} from "./wire.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SIX_MONTHS_MS = 183 * DAY_MS;
const SUBJECT_MAX = 50;
/** Above it the platform splits a text into several messages. */
const MESSAGE_CHARACTERS_MAX = 333;
const TEXT_MAX = MESSAGE_CHARACTERS_MAX * 10;

export interface SendDeps {
  clock: Clock;
  account: Account;
  /** E.164 numbers that Every8d refuses. */
  blocked: ReadonlySet<string>;
  /** Whether the duplicate filter also sees what went out by plain `SendSMS`. */
  filterSeesPlainSends: boolean;
  /** Called with every batch that is on its way. */
  onAccepted(batch: Batch): void;
}

interface Recipient {
  mobile: string;
  name: string;
  recordNumber: string;
  text: string;
}
interface Order {
  subject: string;
  scheduledFor: Date | null;
  recipients: Recipient[];
}
type Checked = { order: Order } | { code: ErrorCode };

/** `SendSMS.ashx`: form in, `CREDIT,SENDED,COST,UNSEND,BATCH_ID` out. */
export function sendSms(deps: SendDeps, request: SimulatorRequest): SimulatorReply {
  const checked = readForm(deps, formOf(request));
  if ("code" in checked) return errorReply(checked.code);
  return textReply(accept(deps, checked.order));
}

/** `SendSMS4FilterMessage.ashx`: as `SendSMS`, less what went to the same number with the same text within 24 hours. */
export function sendFiltered(deps: SendDeps, request: SimulatorRequest): SimulatorReply {
  const form = formOf(request);
  const checked = readForm(deps, form);
  if ("code" in checked) return errorReply(checked.code);
  const { order } = checked;
  const duplicates = order.recipients.flatMap((recipient) => {
    const earlier = deps.filterSeesPlainSends ? findEarlier(deps, recipient) : undefined;
    return earlier ? [{ recipient, batchId: earlier.id }] : [];
  });
  const fresh = order.recipients.filter((recipient) => !duplicates.some((entry) => entry.recipient === recipient));
  const isDryRun = form.get("IsSend")?.toLowerCase() === "false";
  const first = isDryRun || fresh.length === 0 ? "0,0,0,0,0" : accept(deps, { ...order, recipients: fresh });
  const mobiles = duplicates.map((entry) => `0${entry.recipient.mobile.slice(4)}`).join("/");
  return textReply(`${first},${mobiles},${duplicates.map((entry) => entry.batchId).join("/")}`);
}

const paramSchema = z.object({
  SB: z.string().optional(),
  RETRYTIME: z.int().min(1).max(1440).optional(),
  EventID: z.string().optional(),
  MSG: z.string().optional(),
  RecipientDataList: z
    .array(
      z.object({
        Name: z.string().optional(),
        Mobile: z.string(),
        Email: z.string().optional(),
        SendTime: z.string().optional(),
        Param: z.string(),
        MR: z.string().optional(),
      }),
    )
    .min(1)
    .max(1_000),
});

/** `SendParam.ashx`: JSON in, one text per recipient, with a record number that comes back in the receipts. */
export function sendParam(deps: SendDeps, request: SimulatorRequest): SimulatorReply {
  const fail = (code: ErrorCode) => jsonReply({ Result: false, Status: code, Msg: errorTexts[code] });
  const parsed = paramSchema.safeParse(readJson(request));
  if (!parsed.success) return fail("-1");
  const { SB = "", MSG, RecipientDataList: list } = parsed.data;
  const numbers = list.flatMap(({ MR }) => (MR ? [MR] : []));
  if (new Set(numbers).size !== numbers.length) return fail("-1");
  const recipients: Recipient[] = [];
  for (const entry of list) {
    const mobile = checkMobile(deps, entry.Mobile);
    if (typeof mobile !== "string") return fail(mobile.code);
    const text = MSG === undefined ? entry.Param : fillFields(MSG, entry.Param);
    if (text === undefined || text === "") return fail("-1");
    if (text.length > TEXT_MAX) return fail("-5");
    recipients.push({ mobile, name: entry.Name ?? "", recordNumber: entry.MR ?? "", text });
  }
  if (SB.length > SUBJECT_MAX) return fail("-15");
  return jsonReply({ Result: true, Msg: accept(deps, { subject: SB, scheduledFor: null, recipients }) });
}

/** Five values, empty ones allowed, separators not omitted. */
function fillFields(message: string, values: string): string | undefined {
  const fields = values.split("|");
  if (fields.length !== 5) return undefined;
  return message.replace(/%field([1-5])%/g, (_, number: string) => fields[Number(number) - 1] ?? "");
}

function readForm(deps: SendDeps, form: URLSearchParams): Checked {
  const text = form.get("MSG") ?? "";
  const subject = form.get("SB") ?? "";
  const numbers = (form.get("DEST") ?? "").split(",").filter((number) => number !== "");
  if (text === "" || !/^(\d{1,4})?$/.test(form.get("RETRYTIME") ?? "")) return { code: "-1" };
  if (numbers.length === 0) return { code: "-41" };
  if (subject.length > SUBJECT_MAX) return { code: "-15" };
  if (text.length > TEXT_MAX) return { code: "-5" };
  const recipients: Recipient[] = [];
  for (const number of numbers) {
    const mobile = checkMobile(deps, number);
    if (typeof mobile !== "string") return mobile;
    recipients.push({ mobile, name: "", recordNumber: form.get("MR") ?? "", text });
  }
  const schedule = checkSchedule(deps.clock.now(), form.get("ST") ?? "");
  if ("code" in schedule) return schedule;
  return { order: { subject, scheduledFor: schedule.at, recipients } };
}

function checkMobile(deps: SendDeps, number: string): string | { code: ErrorCode } {
  const mobile = readMobile(number);
  if (mobile === undefined) return { code: "-8" };
  if (mobile === "abroad") return { code: "-12" };
  return deps.blocked.has(mobile) ? { code: "-3" } : mobile;
}

function checkSchedule(now: Date, text: string): { at: Date | null } | { code: ErrorCode } {
  if (text === "") return { at: null };
  const at = readStamp(text);
  if (!at) return { code: "-6" };
  const aheadMs = at.getTime() - now.getTime();
  if (aheadMs < -DAY_MS) return { code: "-4" };
  if (aheadMs <= 10 * MINUTE_MS) return { code: "-20" };
  return aheadMs > SIX_MONTHS_MS ? { code: "-24" } : { at };
}

function findEarlier(deps: SendDeps, recipient: Recipient): Batch | undefined {
  const since = deps.clock.now().getTime() - DAY_MS;
  return deps.account
    .batches()
    .findLast(
      (batch) =>
        batch.acceptedAt > since &&
        batch.rows.some(
          (row) => row.mobile === recipient.mobile && row.text === recipient.text && row.status !== SCHEDULE_CANCELLED,
        ),
    );
}

/** Sends while the points last. Every recipient's text above 333 characters goes out as several messages. */
function accept(deps: SendDeps, order: Order): string {
  let points = deps.account.points();
  let cost = 0;
  let unsent = 0;
  const rows: (Recipient & { points: number })[] = [];
  for (const recipient of order.recipients) {
    const pieces = recipient.text.match(/[\s\S]{1,333}/g) ?? [];
    const price = pieces.reduce((sum, piece) => sum + pointsOf(piece), 0);
    if (price > points) {
      unsent += 1;
      continue;
    }
    points -= price;
    cost += price;
    rows.push({ ...recipient, points: price });
  }
  const id = randomUUID();
  if (rows.length > 0) {
    const batch = deps.account.add({
      id,
      subject: order.subject,
      acceptedAt: deps.clock.now().getTime(),
      scheduledFor: order.scheduledFor?.getTime() ?? null,
      rows,
    });
    deps.onAccepted(batch);
  }
  return `${points.toFixed(2)},${rows.length},${cost},${unsent},${id}`;
}
