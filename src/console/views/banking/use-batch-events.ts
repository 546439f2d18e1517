import { useEffect } from "react";
import { gateway } from "../../lib/gateway.ts";

/** Calls back at every change of a batch's state, resuming by itself after a lost connection; polling goes on beside it. */
export function useBatchEvents(batchId: string, onChange: () => void): void {
  useEffect(() => {
    const watching = gateway.banking.watchBatch.subscribe(
      { batchId },
      // A gateway that cannot tell of changes is asked again and again by the view itself.
      { onData: onChange, onError: () => {} },
    );
    return () => watching.unsubscribe();
  }, [batchId, onChange]);
}
