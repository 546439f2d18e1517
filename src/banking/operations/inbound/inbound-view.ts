import type { inboundFileSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { InboundFile } from "../../store/inbound.ts";

export const viewInboundFile = (file: InboundFile): z.input<typeof inboundFileSchema> => ({
  id: file.id,
  bank: file.bankCode,
  name: file.name,
  sha256: file.sha256,
  sizeBytes: file.sizeBytes,
  receivedAt: file.receivedAt.toISOString(),
  kind: file.kind,
  status: file.status,
  batchId: file.batchId,
  problems: file.problems,
});
