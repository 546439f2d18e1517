-- Entries of the audit chain are added and never changed or removed, whoever asks. Applied by the migration step after every
-- migration; may be applied again at any time.
CREATE OR REPLACE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'insufficient_privilege'; END $$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only();

--> statement-breakpoint
-- Changes made in SQL by hand, by any program but the gateway: which row, which columns, and the states among them. The
-- gateway moves them into the audit chain. A row's other values are not copied: they may be a person's.
CREATE OR REPLACE FUNCTION plain_states(was jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT jsonb_object_agg(key, value) FROM jsonb_each(was)
   WHERE key IN ('status', 'is_active', 'priority', 'rate_limit', 'current_number', 'range_start', 'range_end', 'prefix', 'year_month')
     AND jsonb_typeof(value) IN ('string', 'number', 'boolean') $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION note_manual_change() RETURNS trigger LANGUAGE plpgsql AS
$$ DECLARE
  was jsonb := CASE WHEN TG_LEVEL = 'ROW' AND TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  becomes jsonb := CASE WHEN TG_LEVEL = 'ROW' AND TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  present jsonb := coalesce(becomes, was);
BEGIN
  INSERT INTO manual_changes (database_user, program, operation, table_name, row_key, columns, before, after) VALUES (
    session_user, left(current_setting('application_name'), 100), lower(TG_OP), TG_TABLE_NAME,
    coalesce(present ->> 'id', present ->> 'bank_code', present ->> 'provider', present ->> 'layout_id', present ->> 'key'),
    (SELECT coalesce(jsonb_agg(key ORDER BY key), '[]') FROM jsonb_each(coalesce(present, '{}'))
      WHERE was IS NULL OR becomes IS NULL OR was -> key IS DISTINCT FROM becomes -> key),
    plain_states(was), plain_states(becomes));
  RETURN NULL;
END $$;
--> statement-breakpoint
-- By hand is what any other program does. For states that the gateway writes in great numbers the condition costs next to nothing.
DO $$ DECLARE watched text; BEGIN
  FOREACH watched IN ARRAY ARRAY['bank_configurations', 'bank_layouts', 'bank_calendar_days', 'bank_calendar_years', 'bank_batches',
    'bank_batch_items', 'bank_authorisations', 'bank_receipts', 'einvoice_sellers', 'einvoice_allowances', 'einvoice_uploads',
    'invoice_sequences', 'invoices', 'provider_configs', 'sms_messages', 'sms_templates', 'sms_approved_links', 'sms_suppressions']
  LOOP
    CONTINUE WHEN to_regclass('public.' || watched) IS NULL;
    EXECUTE format('CREATE OR REPLACE TRIGGER note_manual_change AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW
      WHEN (current_setting(''application_name'') IS DISTINCT FROM ''luckygas-gateway'') EXECUTE FUNCTION note_manual_change()', watched);
    EXECUTE format('CREATE OR REPLACE TRIGGER note_manual_truncate AFTER TRUNCATE ON %I FOR EACH STATEMENT
      WHEN (current_setting(''application_name'') IS DISTINCT FROM ''luckygas-gateway'') EXECUTE FUNCTION note_manual_change()', watched);
  END LOOP;
END $$;
