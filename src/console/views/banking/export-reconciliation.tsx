import { useState } from "react";
import { gateway } from "../../lib/gateway.ts";
import { saveFile } from "../../lib/save-file.ts";
import { endIfSignedOut } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Failure } from "../../ui/asked.tsx";

const words = { download: ["下載 CSV", "Download CSV"] } satisfies Words;

/** Saves the reconciliation as a file for a spreadsheet. */
export function ExportReconciliation({ batchId }: { batchId: string }) {
  const t = useWords(words);
  const [error, setError] = useState<unknown>();
  const download = async () => {
    try {
      const { fileName, contentType, content } = await gateway.banking.exportReconciliation.query({ batchId });
      saveFile(fileName, contentType, content);
      setError(undefined);
    } catch (failure) {
      endIfSignedOut(failure);
      setError(failure);
    }
  };
  return (
    <>
      <button type="button" onClick={download}>
        {t("download")}
      </button>
      {error !== undefined && <Failure error={error} />}
    </>
  );
}
