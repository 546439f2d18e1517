/** A debit as the bank reads it. Amounts are whole NT$. */
export interface Payment {
  sequence: number;
  transactionId: string;
  accountNumber: string;
  amount: number;
  paymentDate: string;
}

/** A payment file that the bank takes, or the reason for which it refuses the whole file. */
export type PaymentFile =
  | { accepted: true; batchNumber: string; payments: Payment[] }
  | { accepted: false; batchNumber: string | undefined; reason: string };

const RECORD_BYTES = 200;

class BadFile extends Error {
  override readonly name = "BadFile";
}

/** What the reading of one file has found so far. */
interface Reading {
  batchNumber: string | undefined;
}

/**
 * Reads a LuckyGas 200-byte payment file, variant B, as a bank's batch program does: record by record, every column
 * checked. Any deviation refuses the whole file and names the record.
 */
export function readFixedPaymentFile(file: Buffer, clearingCode: string): PaymentFile {
  const reading: Reading = { batchNumber: undefined };
  try {
    const payments = readRecords(file, clearingCode, reading);
    return { accepted: true, batchNumber: reading.batchNumber ?? "", payments };
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    return { accepted: false, batchNumber: reading.batchNumber, reason: error.message };
  }
}

function readRecords(file: Buffer, clearingCode: string, reading: Reading): Payment[] {
  const stride = RECORD_BYTES + 2;
  if (file.length === 0 || file.length % stride !== 0)
    throw new BadFile(`${file.length} bytes are no whole records of 200 + 2`);
  const records = Array.from({ length: file.length / stride }, (_, index) =>
    file.subarray(index * stride, (index + 1) * stride),
  );
  for (const [index, record] of records.entries()) {
    if (record[200] !== 0x0d || record[201] !== 0x0a) throw new BadFile(`record ${index + 1}: no CRLF after 200 bytes`);
  }
  const [first, ...rest] = records;
  const last = rest.pop();
  if (!first || !last) throw new BadFile("no header or no trailer");
  reading.batchNumber = readHeader(first, clearingCode);
  const payments = rest.map((record, index) => readDetail(record, index + 2, index + 1));
  readTrailer(last, records.length, payments);
  return payments;
}

/** Columns are counted from 1, as in the bank's paper. */
const column = (record: Buffer, start: number, length: number) =>
  record.toString("latin1", start - 1, start - 1 + length);

function expect(condition: boolean, record: number, what: string): void {
  if (!condition) throw new BadFile(`record ${record}: ${what}`);
}

function isDay(text: string): boolean {
  const match = /^(20\d\d)(\d\d)(\d\d)$/.exec(text);
  if (!match) return false;
  const day = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return day.getUTCMonth() + 1 === Number(match[2]) && day.getUTCDate() === Number(match[3]);
}

const isLeftAlignedAscii = (text: string) => /^[\x21-\x7e]+ *$/.test(text);
const isBlank = (text: string) => /^ *$/.test(text);

function readHeader(record: Buffer, clearingCode: string): string {
  expect(column(record, 1, 1) === "H", 1, "is no header");
  const batch = column(record, 2, 20);
  expect(isLeftAlignedAscii(batch), 1, "batch number is blank or not left-aligned");
  expect(isDay(column(record, 22, 8)), 1, "file date is no day");
  expect(
    column(record, 30, 3) === clearingCode,
    1,
    `bank code is ${column(record, 30, 3)}, this bank is ${clearingCode}`,
  );
  expect(column(record, 43, 3) === "001", 1, "version is not 001");
  expect(isBlank(column(record, 46, 155)), 1, "filler is not blank");
  return batch.trimEnd();
}

function readDetail(record: Buffer, number: number, sequence: number): Payment {
  expect(column(record, 1, 1) === "D", number, "is no detail");
  expect(column(record, 2, 6) === String(sequence).padStart(6, "0"), number, `sequence is not ${sequence}`);
  const transactionId = column(record, 8, 20);
  expect(isLeftAlignedAscii(transactionId), number, "transaction id is blank or not left-aligned");
  const accountNumber = column(record, 28, 14);
  expect(/^[0-9]{6,14} *$/.test(accountNumber), number, "account number is not 6 to 14 digits");
  checkBig5(record.subarray(41, 71), number, "account holder", true);
  const amount = column(record, 72, 13);
  expect(/^[0-9]{11}00$/.test(amount) && Number(amount) > 0, number, "amount is not whole NT$ above 0 in cents");
  const paymentDate = column(record, 85, 8);
  expect(isDay(paymentDate), number, "payment date is no day");
  expect(/^[A-Z0-9]* *$/.test(column(record, 93, 10)), number, "id number is not of A-Z 0-9");
  checkBig5(record.subarray(102, 152), number, "memo", false);
  expect(isBlank(column(record, 153, 48)), number, "filler is not blank");
  return {
    sequence,
    transactionId: transactionId.trimEnd(),
    accountNumber: accountNumber.trimEnd(),
    amount: Number(amount) / 100,
    paymentDate,
  };
}

function readTrailer(record: Buffer, number: number, payments: Payment[]): void {
  expect(column(record, 1, 1) === "T", number, "is no trailer");
  const count = String(payments.length).padStart(6, "0");
  expect(column(record, 2, 6) === count, number, `count is not ${count}`);
  const total = `${payments.reduce((sum, payment) => sum + payment.amount, 0)}00`.padStart(15, "0");
  expect(column(record, 8, 15) === total, number, `total amount is not ${total}`);
  expect(/^0{42}$/.test(column(record, 23, 42)), number, "result fields are not zero");
  expect(isBlank(column(record, 65, 136)), number, "filler is not blank");
}

/** Standard Big5 with the ETEN seven; user-defined and HKSCS areas are characters that this bank does not have. */
function isBig5(lead: number, trail: number): boolean {
  const isTrail = (trail >= 0x40 && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe);
  const code = lead * 256 + trail;
  const isStandard =
    (code >= 0xa140 && code <= 0xa3bf) || (code >= 0xa440 && code <= 0xc67e) || (code >= 0xc940 && code <= 0xf9dc);
  // The second codes of 十 and 卅 do not match the names that the bank has on record.
  return isTrail && isStandard && code !== 0xa2cc && code !== 0xa2ce;
}

function checkBig5(field: Buffer, record: number, name: string, isRequired: boolean): void {
  let length = field.length;
  while (length > 0 && field[length - 1] === 0x20) length -= 1;
  expect(!isRequired || length > 0, record, `${name} is blank`);
  expect(field[0] !== 0x20 || length === 0, record, `${name} is not left-aligned`);
  for (let at = 0; at < length; at += 1) {
    const byte = field[at] ?? 0;
    if (byte >= 0x20 && byte <= 0x7e) {
      expect(!isRequired || byte !== 0x3f, record, `${name} has a ?`);
      continue;
    }
    expect(at + 1 < length && isBig5(byte, field[at + 1] ?? 0), record, `${name} has bytes that are no Big5`);
    at += 1;
  }
}
