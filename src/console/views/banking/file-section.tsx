import { number } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { bytesOf } from "../../lib/save-file.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Facts, Section } from "../../ui/layout.tsx";
import type { BatchDetail } from "./types.ts";

const words = {
  title: ["檔案", "File"],
  draft: ["草稿：現在封存會得到這個檔案。", "A draft: this is the file that sealing now would make."],
  name: ["檔名", "Name"],
  size: ["大小", "Size"],
  bytes: ["{count} 位元組", "{count} bytes"],
  layout: ["格式", "Layout"],
  encoding: ["編碼", "Encoding"],
  content: ["檔案內容", "Content"],
  cut: ["只顯示前 {count} 位元組。", "The first {count} bytes are shown."],
} satisfies Words;

const MINUTE_MS = 60_000;
const SHOWN_BYTES_MAX = 60_000;

/** The very bytes that go to the bank, with their hash. */
export function FileSection({ batch }: { batch: BatchDetail }) {
  const t = useWords(words);
  const query = useQuery(
    `file ${batch.id} ${batch.file?.sha256 ?? batch.status}`,
    (signal) => gateway.banking.previewFile.query({ batchId: batch.id }, { signal }),
    10 * MINUTE_MS,
  );
  if (batch.status === "cancelled" && !batch.file) return null;
  return (
    <Section title={t("title")} note={batch.file ? undefined : t("draft")}>
      <Asked query={query}>
        {({ fileName, sha256, sizeBytes, contentBase64 }) => (
          <>
            <Facts
              items={[
                [t("name"), <code key="name">{fileName}</code>],
                [t("size"), t("bytes", { count: number(sizeBytes) })],
                [t("layout"), batch.file?.layout],
                [t("encoding"), batch.file?.encoding],
                ["SHA-256", <code key="hash">{sha256}</code>],
              ]}
            />
            <details>
              <summary>{t("content")}</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
              <pre className="file" tabIndex={0}>
                {textOf(contentBase64, batch.file?.encoding ?? "big5")}
              </pre>
              {sizeBytes > SHOWN_BYTES_MAX && <p className="note">{t("cut", { count: number(SHOWN_BYTES_MAX) })}</p>}
            </details>
          </>
        )}
      </Asked>
    </Section>
  );
}

/** The bytes as text. An encoding that the browser lacks is shown as Latin-1 rather than not at all. */
function textOf(contentBase64: string, encoding: string): string {
  const bytes = bytesOf(contentBase64).slice(0, SHOWN_BYTES_MAX);
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
