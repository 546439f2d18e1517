import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";
import { type Account, type Batch, type Row, SCHEDULE_CANCELLED, SCHEDULED } from "./account.ts";
import { errorReply, formOf, jsonReply, stamp, textReply } from "./wire.ts";

const PAGE_ROWS = 1_000;

/** `getCredit.ashx`: the points left. */
export function getCredit(account: Account): SimulatorReply {
  return textReply(account.points().toFixed(2));
}

/** `GetDeliveryStatus.ashx`: a batch's rows, 1,000 a page, as TAB text (0) or JSON (1). */
export function getDeliveryStatus(account: Account, request: SimulatorRequest): SimulatorReply {
  const form = formOf(request);
  const batchId = form.get("BID") ?? "";
  const page = Number(form.get("PNO") || "1");
  const format = form.get("RESPFORMAT") || "0";
  if (!Number.isInteger(page) || page < 1 || !["0", "1"].includes(format)) return errorReply("-1");
  const batch = account.find(batchId);
  if (format === "1") return jsonReply(statusJson(batchId, batch, page));
  return batch ? textReply(statusTabs(batch, page)) : errorReply("-9");
}

function pageOf(batch: Batch, page: number): Row[] {
  return batch.rows.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
}

function sendTimeOf(batch: Batch): Date {
  return new Date(batch.scheduledFor ?? batch.acceptedAt);
}

function statusTabs(batch: Batch, page: number): string {
  const sentAt = stamp(sendTimeOf(batch), "/", " ", ":");
  const lines = pageOf(batch, page).map((row) => [row.name, row.mobile, sentAt, row.points, row.status].join("\t"));
  return [String(lines.length), ...lines].join("\n");
}

function statusJson(batchId: string, batch: Batch | undefined, page: number): unknown {
  const rows = batch ? pageOf(batch, page) : [];
  if (!batch || rows.length === 0) return { SMS_COUNT: 0, BID: batchId };
  const sentAt = stamp(sendTimeOf(batch), "-", " ", ":");
  const data = rows.map((row) => ({
    MR: row.recordNumber,
    NAME: row.name,
    MOBILE: row.mobile,
    SEND_TIME: sentAt,
    COST: String(row.points),
    STATUS: row.status,
    REAL_COST: String(row.points),
    RECEIVED_TIME: row.statusAt ? stamp(row.statusAt, "-", " ", ":") : "",
  }));
  return { SMS_COUNT: rows.length, BID: batchId, DATA: data };
}

/** `EraseBooking.ashx`: cancels what is still scheduled; the points come back. */
export function eraseBooking(account: Account, request: SimulatorRequest): SimulatorReply {
  const batch = account.find(formOf(request).get("BID") ?? "");
  if (!batch) return errorReply("-9");
  let count = 0;
  let points = 0;
  for (const [index, row] of batch.rows.entries()) {
    if (row.status !== SCHEDULED) continue;
    account.setStatus(batch, index, SCHEDULE_CANCELLED);
    count += 1;
    points += row.points;
  }
  return textReply(`${count},${points.toFixed(2)}`);
}
