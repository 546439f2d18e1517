import { expect, test } from "bun:test";
import postgres from "postgres";
import { createTestDatabase } from "../support/postgres.ts";
import { describeWith } from "../support/real-parts.ts";

/** The statements of the deployment guide, to the letter. */
const guide = [
  "INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number, is_active) VALUES ('202501','AA',10000000,19999999,10000000,true);",
  `INSERT INTO bank_configurations (bank_code, bank_name, sftp_host, sftp_port, upload_path, download_path, file_format, encoding, is_active)
  VALUES ('mega','兆豐銀行','sftp.megabank.com.tw',22,'/upload','/download','fixed_width','BIG5',true), ('ctbc','中國信託','sftp.ctbc.com.tw',22,'/payment/upload','/payment/download','csv','UTF-8',true);`,
  "INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active) VALUES ('every8d','{}',100,100,true), ('mitake','{}',90,200,true), ('twilio','{}',80,100,false);",
];

describeWith(["postgres"], "the deployment guide's SQL", () => {
  test("runs as written after the migrations", async () => {
    const database = await createTestDatabase();
    const sql = postgres(database.url, { max: 1 });
    for (const statement of guide) await sql.unsafe(statement);
    expect(await sql`SELECT current_number, range_end FROM invoice_sequences`).toMatchObject([
      { current_number: 10_000_000, range_end: 19_999_999 },
    ]);
    const banks = await sql`SELECT bank_code, bank_name FROM bank_configurations ORDER BY bank_code`;
    expect(banks).toMatchObject([
      { bank_code: "ctbc", bank_name: "中國信託" },
      { bank_code: "mega", bank_name: "兆豐銀行" },
    ]);
    const providers = await sql`SELECT provider FROM provider_configs WHERE is_active ORDER BY priority DESC`;
    expect(providers).toMatchObject([{ provider: "every8d" }, { provider: "mitake" }]);
    await sql.end();
    await database.close();
  });
});
