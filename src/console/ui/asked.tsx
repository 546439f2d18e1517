import { isNoAnswer } from "@luckygas/gateway-client/client";
import type { ReactNode } from "react";
import { tellError } from "../lib/errors.ts";
import { taipeiTime } from "../lib/format.ts";
import type { Query } from "../lib/use-query.ts";
import { useLanguage, useWords, type Words } from "../lib/words.tsx";

const words = {
  loading: ["讀取中…", "Loading…"],
  stale: [
    "連線中斷，以下是 {time} 的資料；恢復後自動更新。",
    "No connection; this is as of {time} and updates by itself.",
  ],
  requestId: ["請求編號", "Request id"],
  retry: ["再試一次", "Try again"],
} satisfies Words;

/** What a question gave: its answer, or that it is awaited, or why there is none. An old answer stays, said to be old. */
export function Asked<Data>({ query, children }: { query: Query<Data>; children(data: Data): ReactNode }) {
  const t = useWords(words);
  const { data, error, updatedAt, reload } = query;
  if (data === undefined) {
    if (error === undefined) return <p className="loading">{t("loading")}</p>;
    return (
      <Failure error={error}>
        <button type="button" onClick={reload}>
          {t("retry")}
        </button>
      </Failure>
    );
  }
  return (
    <>
      {error !== undefined && !isNoAnswer(error) && <Failure error={error} />}
      {isNoAnswer(error) && updatedAt && (
        <p className="notice warn" role="status">
          {t("stale", { time: taipeiTime(updatedAt) })}
        </p>
      )}
      {children(data)}
    </>
  );
}

/** An error with what to do about it. */
export function Failure({ error, children }: { error: unknown; children?: ReactNode }) {
  const t = useWords(words);
  const told = tellError(error, useLanguage());
  return (
    <div className="notice bad" role="alert">
      <p>{told.message}</p>
      {told.details.map((detail) => (
        <p key={detail.text} className="detail">
          {detail.text}
          {detail.original && (
            <small className="original" lang="en">
              {detail.original}
            </small>
          )}
        </p>
      ))}
      {told.requestId && (
        <p className="detail">
          {t("requestId")} <code>{told.requestId}</code>
        </p>
      )}
      {children}
    </div>
  );
}
