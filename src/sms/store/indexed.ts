import type postgres from "postgres";

/**
 * A transaction whose statements find rows by index. A connection keeps the plan of a prepared statement, and one that was
 * made while a table was nearly empty reads the whole table for every batch when the table has grown meanwhile.
 */
export function beginIndexed<T>(sql: postgres.Sql, work: (tx: postgres.TransactionSql) => Promise<T>) {
  return sql.begin(async (tx) => {
    // Sent together with the first statement of the work, so that it costs no round trip.
    const planned = tx`
      SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
        set_config('enable_mergejoin', 'off', true)`.execute();
    const [result] = await Promise.all([work(tx), planned]);
    return result;
  });
}
