import type postgres from "postgres";

/** What a database is to hold already. */
export interface HistorySize {
  /** Messages that have ended, each with its attempt, its receipt and its audit entry. */
  messages: number;
  /** Invoices that were uploaded and accepted, each with its message to the platform, its attempt and its audit entry. */
  invoices: number;
  /** Days over which they are spread, up to `until`. */
  days: number;
  until: Date;
}

/** Customers that the messages go to. */
const CUSTOMERS = 200_000;
/** Messages of one transaction while a table is filled. */
const SHARE = 250_000;
/** Change numbers are numbers of transactions; a new server has had about so many. */
const TRANSACTIONS = 700;

/** Id of the version 7 of an instant; the same for the same seed. */
const ID_AT = `
CREATE FUNCTION id_at(at timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3) || '8' || substr(md5(seed), 4, 15))::uuid`;

/** Of every hundred messages 91 are delivered, 5 are not, 2 came too late, and 2 have no receipt. */
const STATUS = `CASE WHEN i % 100 < 91 THEN 'delivered' WHEN i % 100 < 96 THEN 'undelivered' WHEN i % 100 < 98 THEN 'expired' ELSE 'submitted' END`;
const RANK = `CASE WHEN i % 100 < 91 THEN 80 WHEN i % 100 < 98 THEN 60 ELSE 40 END`;

type Fill = (size: HistorySize, from: number, to: number) => string;

/** Rows \`i\` with the instant at which they came about. */
const series = ({ days, until }: HistorySize, count: number, from: number, to: number) =>
  `(SELECT i, date_trunc('milliseconds', '${until.toISOString()}'::timestamptz - (${count} - i) * interval '${days} days' / ${count}) AS at
    FROM generate_series(${from}, ${to}) i) row`;

const messages: Fill = (size, from, to) => `
  INSERT INTO sms_messages (id, caller_subject, idempotency_key, request_hash, recipient, text, message_type, lane, queue, encoding, units,
    segments, status, status_rank, status_at, provider, last_attempt_id, attempts_count, change_number, expires_at, created_at)
  SELECT id_at(at, 'm' || i), 'order-service', 'arrival-' || md5('k' || i), encode(sha256(('h' || i)::bytea), 'hex'),
    '+8869' || lpad((hashint8(i) & 2147483647) % ${CUSTOMERS} * 487 % 100000000 || '', 8, '0'),
    '【幸福氣】您訂購的 20 公斤桶裝瓦斯將於今日下午兩點至四點送達，請留意電話', 'general', 1, '', 'UCS-2', 40, 1,
    ${STATUS}, ${RANK}, at + interval '8 seconds', 'every8d', id_at(at + interval '50 milliseconds', 'a' || i), 1,
    3 + i::bigint * ${TRANSACTIONS} / ${size.messages}, at + interval '1 day', at
  FROM ${series(size, size.messages, from, to)}`;

const attempts: Fill = (size, from, to) => `
  INSERT INTO sms_attempts (id, message_id, number, provider, state, outcome_class, selection_reason, provider_message_id, provider_code,
    cost_micros, started_at, settled_at, slot_until)
  SELECT id_at(at + interval '50 milliseconds', 'a' || i), id_at(at, 'm' || i), 1, 'every8d', 'accepted', 'accepted', 'the only one that can',
    md5('p' || i)::uuid::text, '100', 850000, at + interval '50 milliseconds', at + interval '350 milliseconds', at + interval '61 seconds'
  FROM ${series(size, size.messages, from, to)}`;

const receipts: Fill = (size, from, to) => `
  INSERT INTO sms_receipts (id, identity, provider, source, provider_message_id, recipient, provider_status, state, provider_time,
    received_at, processing, attempt_id, message_id)
  SELECT id_at(at + interval '8 seconds', 'r' || i), encode(sha256(('r' || i)::bytea), 'hex'), 'every8d', 'callback', md5('p' || i)::uuid::text,
    '+8869' || lpad((hashint8(i) & 2147483647) % ${CUSTOMERS} * 487 % 100000000 || '', 8, '0'), '100',
    CASE WHEN i % 100 < 91 THEN 'delivered' ELSE 'undelivered' END, '20260131120000', at + interval '8 seconds', 'applied',
    id_at(at + interval '50 milliseconds', 'a' || i), id_at(at, 'm' || i)
  FROM ${series(size, size.messages, from, to)} WHERE i % 100 < 98`;

/** The hashes are made up: nothing reads them while entries are added. */
const audit: Fill = (size, from, to) => `
  INSERT INTO audit_entries (seq, call_id, phase, at, actor, role, action, object, request_id, after, previous_hash, hash)
  SELECT i, id_at(at, 'c' || i), 'applied', at, 'order-service', 'service', 'sms.sendMessage', id_at(at, 'm' || i)::text, md5('q' || i)::uuid::text,
    jsonb_build_object('id', id_at(at, 'm' || i), 'status', 'queued', 'segments', 1), encode(sha256(('z' || i - 1)::bytea), 'hex'),
    encode(sha256(('z' || i)::bytea), 'hex')
  FROM ${series(size, size.messages, from, to)}`;

const CONTENT =
  `{"seller":{"ubn":"12345676","name":"幸福瓦斯行","address":"臺北市中正區重慶南路一段1號","phone":null,"email":null},
"buyer":{"kind":"consumer","ubn":null,"name":"0000","address":null,"email":null,"phone":null},
"lines":[{"sequenceNumber":"001","description":"桶裝瓦斯 20 公斤","quantity":"1","unit":"桶","unitPrice":"850","amount":"850","taxType":"taxable"}],
"amounts":{"taxType":"taxable","salesAmount":850,"exemptSalesAmount":0,"zeroRatedSalesAmount":0,"taxAmount":0,"includedTaxAmount":40,"totalAmount":850},
"carrier":null,"donationCode":null,"print":true,"orderReference":null,"customsClearanceMark":null,"zeroTaxRateReason":null}`.replaceAll(
    "\n",
    "",
  );

/** Numbers under ZZ of the period of each day, so that they never meet the range that is issued from. */
const PERIOD = `to_char(extract(year FROM at) - 1911, 'FM000') || to_char((extract(month FROM at)::int + 1) / 2 * 2, 'FM00')`;

const invoices: Fill = (size, from, to) => `
  INSERT INTO invoices (id, seller_ubn, period, number, sequence_id, caller_subject, idempotency_key, request_hash, issued_at, random_code,
    status, upload_due_at, order_reference, total_amount, content)
  SELECT id_at(at, 'i' || i), '12345676', ${PERIOD}, 'ZZ' || lpad(i::text, 8, '0'), 1, 'order-service', 'order-' || md5('k' || i),
    encode(sha256(('h' || i)::bytea), 'hex'), at, lpad((i % 10000)::text, 4, '0'), 'accepted', at + interval '2 days', 'SO-' || substr(md5('o' || i), 1, 16), 850,
    '${CONTENT}'::jsonb
  FROM ${series(size, size.invoices, from, to)}`;

const uploads: Fill = (size, from, to) => `
  INSERT INTO einvoice_uploads (id, invoice_id, status, acted_at, due_at, next_attempt_at, attempts, current_attempt_id, provider_code,
    accepted_at, created_at)
  SELECT id_at(at, 'u' || i), id_at(at, 'i' || i), 'accepted', at, at + interval '2 days', at + interval '1 second', 1, id_at(at, 't' || i), '200',
    at + interval '1 second', at
  FROM ${series(size, size.invoices, from, to)}`;

const uploadAttempts: Fill = (size, from, to) => `
  INSERT INTO einvoice_attempts (id, upload_id, operation, started_at, finished_at, outcome, provider_code, http_status)
  SELECT id_at(at, 't' || i), id_at(at, 'u' || i), 'submit', at, at + interval '1 second', 'accepted', '200', 200
  FROM ${series(size, size.invoices, from, to)}`;

const TABLES: { table: string; rows(size: HistorySize): number; fill: Fill }[] = [
  { table: "sms_messages", rows: (size) => size.messages, fill: messages },
  { table: "sms_receipts", rows: (size) => size.messages, fill: receipts },
  { table: "sms_attempts", rows: (size) => size.messages, fill: attempts },
  { table: "audit_entries", rows: (size) => size.messages, fill: audit },
  { table: "invoices", rows: (size) => size.invoices, fill: invoices },
  { table: "einvoice_uploads", rows: (size) => size.invoices, fill: uploads },
  { table: "einvoice_attempts", rows: (size) => size.invoices, fill: uploadAttempts },
];

/** Fills a fresh database with what has happened before, as it would be found: in order of time, indexed, vacuumed and analysed. */
export async function fillHistory(sql: postgres.Sql, size: HistorySize): Promise<void> {
  await sql.unsafe(ID_AT);
  const waiting = [...TABLES];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await fillTable(sql, size, next);
  };
  await Promise.all([worker(), worker()]);
  await sql.unsafe(`INSERT INTO audit_heads (name, seq, hash) VALUES ('main', ${size.messages}, '${"0".repeat(64)}')`);
  await sql.unsafe("CHECKPOINT");
}

async function fillTable(sql: postgres.Sql, size: HistorySize, { table, rows, fill }: (typeof TABLES)[number]) {
  const indexes = await sql`
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid = ${table}::regclass AND NOT indisprimary`;
  for (const { name } of indexes) await sql.unsafe(`DROP INDEX ${name}`);
  const count = rows(size);
  for (let from = 1; from <= count; from += SHARE) {
    await sql.begin(async (tx) => {
      // Foreign keys and triggers have nothing to say here.
      await tx.unsafe("SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off");
      await tx.unsafe(fill(size, from, Math.min(count, from + SHARE - 1)));
    });
  }
  await sql.begin(async (tx) => {
    await tx.unsafe("SET LOCAL maintenance_work_mem = '512MB'");
    for (const { definition } of indexes) await tx.unsafe(String(definition));
  });
  await sql.unsafe(`VACUUM (ANALYZE) ${table}`);
}
