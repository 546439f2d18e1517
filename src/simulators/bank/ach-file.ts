import type { Payment, PaymentFile } from "./payment-file.ts";

/** A request about an authorisation as the clearing house reads it. */
export interface AuthorisationRequest {
  /** Originator's own note; comes back. */
  note: string;
  record: Buffer;
}

export type AchFile =
  | { kind: "debits"; file: PaymentFile; records: Map<string, Buffer> }
  | { kind: "authorisations"; accepted: true; requests: AuthorisationRequest[] }
  | { kind: "authorisations"; accepted: false; reason: string };

class BadFile extends Error {
  override readonly name = "BadFile";
}

const column = (record: Buffer, start: number, length: number) =>
  record.toString("latin1", start - 1, start - 1 + length);

function expect(condition: boolean, record: number, what: string): void {
  if (!condition) throw new BadFile(`record ${record}: ${what}`);
}

/** A file of the clearing house, told by its first nine bytes; `undefined` for any other. */
export function readAchFile(file: Buffer): AchFile | undefined {
  const cdata = file.toString("latin1", 0, 9);
  if (cdata === "BOFACHP01") {
    const records = new Map<string, Buffer>();
    return { kind: "debits", records, file: guarded(() => readDebits(file, records)) };
  }
  if (cdata !== "BOFACHP02") return undefined;
  try {
    return { kind: "authorisations", accepted: true, requests: readRequests(file) };
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    return { kind: "authorisations", accepted: false, reason: error.message };
  }
}

function guarded(read: () => Payment[]): PaymentFile {
  try {
    return { accepted: true, batchNumber: "", payments: read() };
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    return { accepted: false, batchNumber: undefined, reason: error.message };
  }
}

/** Records of one length, CRLF between them; the last may end with it too. */
function split(file: Buffer, bytes: number): { header: Buffer; details: Buffer[]; trailer: Buffer } {
  const records: Buffer[] = [];
  for (let start = 0; start < file.length; start += bytes + 2) {
    const record = file.subarray(start, start + bytes);
    const number = records.length + 1;
    expect(record.length === bytes, number, `has ${record.length} bytes instead of ${bytes}`);
    const end = column(file, start + bytes + 1, 2);
    expect(end === "\r\n" || (end === "" && start + bytes === file.length), number, "no CRLF behind it");
    records.push(record);
  }
  const [header, ...details] = records;
  const trailer = details.pop();
  if (!header || !trailer) throw new BadFile("no header or no trailer");
  expect(column(trailer, 1, 3) === "EOF", records.length, "is no trailer");
  return { header, details, trailer };
}

const isRocDay = (text: string) => /^0[0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/.test(text);

function readDebits(file: Buffer, records: Map<string, Buffer>): Payment[] {
  const { header, details, trailer } = split(file, 250);
  expect(isRocDay(column(header, 10, 8)), 1, "the date is no day of the Republic");
  expect(column(header, 31, 7) === "9990250", 1, "the receiver is not the clearing house");
  expect(column(header, 38, 3) === "V10", 1, "the version is not V10");
  const payments = details.map((record, index) => {
    const number = index + 2;
    expect(/^N(SD|SC)[0-9A-Z]{3}$/.test(column(record, 1, 6)), number, "type, kind or code is not as agreed");
    expect(column(record, 7, 8) === String(index + 1).padStart(8, "0"), number, `number is not ${index + 1}`);
    expect(/^[0-9]{7}$/.test(column(record, 15, 7)), number, "presenting unit is not seven digits");
    expect(/^[0-9]{7}$/.test(column(record, 38, 7)), number, "receiving unit is not seven digits");
    expect(/^[0-9]{16}$/.test(column(record, 45, 16)), number, "account is not sixteen digits");
    expect(/^[0-9]{10}$/.test(column(record, 61, 10)), number, "amount is not ten digits");
    expect(column(record, 71, 3) === "  B", number, "return code is not blank, or SCHD is not B");
    expect(column(record, 117, 20).trim() !== "", number, "customer number is blank");
    const transactionId = column(record, 137, 40).trimEnd();
    records.set(transactionId, record);
    return {
      sequence: index + 1,
      transactionId,
      accountNumber: column(record, 45, 16),
      amount: Number(column(record, 61, 10)),
      paymentDate: column(header, 10, 8),
    };
  });
  const total = payments.reduce((sum, payment) => sum + payment.amount, 0);
  const totals = String(payments.length).padStart(8, "0") + String(total).padStart(16, "0");
  expect(column(trailer, 32, 24) === totals, details.length + 2, `count and total are not ${totals}`);
  return payments;
}

function readRequests(file: Buffer): AuthorisationRequest[] {
  const { header, details, trailer } = split(file, 220);
  expect(isRocDay(column(header, 10, 8)), 1, "the date is no day of the Republic");
  expect(column(header, 25, 3) === "V10", 1, "the version is not V10");
  const requests = details.map((record, index) => {
    const number = index + 2;
    expect(column(record, 1, 6) === String(index + 1).padStart(6, "0"), number, `number is not ${index + 1}`);
    expect(/^[0-9]{7}[0-9]{16}$/.test(column(record, 20, 23)), number, "unit or account is not of digits");
    expect(/^[A-Z0-9]{8,10} *$/.test(column(record, 43, 10)), number, "id is not of A-Z 0-9");
    expect(column(record, 53, 20).trim() !== "", number, "customer number is blank");
    expect(/^[AD]$/.test(column(record, 73, 1)), number, "neither A nor D");
    expect(isRocDay(column(record, 74, 8)), number, "the date is no day of the Republic");
    expect(column(record, 129, 2) === "N ", number, "type is not N, or an answer is given");
    return { note: column(record, 89, 40).trimEnd(), record };
  });
  const count = String(requests.length).padStart(8, "0");
  expect(column(trailer, 4, 8) === count, details.length + 2, `count is not ${count}`);
  return requests;
}

const joined = (records: string[]) => Buffer.from(records.map((record) => `${record}\r\n`).join(""), "latin1");

/** R01: only the debits that came back, each with its code and where it stood. `day` is of the Republic, eight digits. */
export function writeReturns(
  returned: readonly { record: Buffer; code: string }[],
  original: Buffer,
  day: string,
): Buffer {
  const sender = column(original, 24, 7);
  const originalDay = column(original, 10, 8);
  const details = returned.map(({ record, code }, index) => {
    const text = record.toString("latin1");
    const number = String(index + 1).padStart(8, "0");
    return `R${text.slice(1, 6)}${number}${text.slice(14, 70)}${code}${text.slice(72, 99)}${originalDay}${text.slice(6, 14)}B${text.slice(116)}`;
  });
  const total = returned.reduce((sum, { record }) => sum + Number(column(record, 61, 10)), 0);
  const units = `9990250${sender}`;
  const totals = String(details.length).padStart(8, "0") + String(total).padStart(16, "0");
  return joined([
    `BOFACHR01${day}120000${units}V10`.padEnd(250),
    ...details,
    `EOFACHR01${day}${units}${totals}`.padEnd(250),
  ]);
}

/** R02: the same requests with an answer each. */
export function writeAnswers(
  answered: readonly { record: Buffer; code: string }[],
  original: Buffer,
  day: string,
): Buffer {
  const details = answered.map(({ record, code }) => {
    const text = record.toString("latin1");
    return `${text.slice(0, 128)}R${code}${text.slice(130)}`;
  });
  const unit = column(original, 18, 7);
  return joined([
    `BOFACHR02${day}${unit}V10`.padEnd(220),
    ...details,
    `EOF${String(details.length).padStart(8, "0")}`.padEnd(220),
  ]);
}
