/**
 * A gateway, as far as banking goes, that dies by SIGKILL: at a chosen SFTP request by its own hand, or by another's.
 * Arguments as JSON: the process works on what is due at the bank until it dies.
 */
import { createRequire } from "node:module";
import { z } from "zod";
import { startProcess } from "../../integration/banking/banking-kit.ts";

const settings = z
  .object({
    url: z.string(),
    secret: z.string(),
    bank: z.record(z.string(), z.unknown()),
    batchId: z.string(),
    /** Counts the requests of a submission from 1; absent: another process kills. */
    killAt: z.int().optional(),
    moment: z.enum(["before", "after"]).optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? ""));

/** Time for the request to reach the server and be carried out there. */
const AFTER_MS = 60;
const { bankConfigurationSchema } = await import("@luckygas/gateway-client");

const requests = ["open", "read", "write", "close", "lstat", "rename", "unlink", "ext_openssh_fsync"] as const;
const { killAt = Number.POSITIVE_INFINITY } = settings;
let made = 0;
// The library's own class of an SFTP channel: its methods are the requests.
const moduleName = "ssh2/lib/protocol/SFTP.js";
const library: unknown = createRequire(import.meta.url)(moduleName);
const { prototype } = z.object({ SFTP: z.custom<{ prototype: object }>() }).parse(library).SFTP;
for (const name of requests) {
  const original = Reflect.get(prototype, name);
  Reflect.set(prototype, name, function (this: unknown, ...parameters: unknown[]) {
    made += 1;
    if (made === killAt) {
      if (settings.moment === "before") process.kill(process.pid, "SIGKILL");
      setTimeout(() => process.kill(process.pid, "SIGKILL"), AFTER_MS);
    }
    // After the fatal request nothing further is asked.
    if (made > killAt) return false;
    return Reflect.apply(original, this, parameters);
  });
}

const gateway = await startProcess({
  url: settings.url,
  secrets: { "banking-mega-credentials": settings.secret },
  defaultBanks: [bankConfigurationSchema.parse(settings.bank)],
  leaseMs: 1_500,
  jobs: false,
  // It dies before any of them ends.
  timeouts: { connectMs: 120_000, requestMs: 120_000, acquireMs: 120_000 },
});
const context = {
  caller: { subject: "clerk", role: "manager" as const },
  requestId: "child",
  log: gateway.platform.log,
};
await gateway.handlers.sendBatch({ batchId: settings.batchId }, context);
gateway.platform.jobs.start();
