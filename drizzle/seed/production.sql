-- First rows of a production database. Edit the ranges, hosts and priorities, then: psql "$DATABASE_URL" -f drizzle/seed/production.sql
-- May be applied again: a row that is there stays as it is.
BEGIN;

-- Who issues e-invoices: one active row. Fill in and take the two dashes away.
-- INSERT INTO einvoice_sellers (ubn, name, address) VALUES ('04595257', '幸福瓦斯股份有限公司', '臺北市中山區中山北路一段 1 號') ON CONFLICT DO NOTHING;

-- Number ranges allotted by the tax office. current_number is the next one to be given out; range_end is usable.
INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number, is_active)
VALUES
  ('202501', 'AA', 10000000, 19999999, 10000000, true),
  ('202501', 'AB', 20000000, 29999999, 20000000, true)
ON CONFLICT DO NOTHING;

-- Banks. In production host_key_pins is needed as well: see scripts/deploy/GUIDE.md, Onboarding a bank.
INSERT INTO bank_configurations (bank_code, bank_name, sftp_host, sftp_port, upload_path, download_path, file_format, encoding, is_active)
VALUES
  ('mega', '兆豐銀行', 'sftp.megabank.com.tw', 22, '/upload', '/download', 'fixed_width', 'BIG5', true),
  ('ctbc', '中國信託', 'sftp.ctbc.com.tw', 22, '/payment/upload', '/payment/download', 'csv', 'UTF-8', true)
ON CONFLICT DO NOTHING;

-- SMS providers, the highest priority first; rate_limit counts messages in any 60 seconds over all processes.
INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active)
VALUES
  ('every8d', '{}', 100, 100, true),
  ('mitake', '{}', 90, 200, true),
  ('twilio', '{}', 80, 100, false)
ON CONFLICT DO NOTHING;

COMMIT;
