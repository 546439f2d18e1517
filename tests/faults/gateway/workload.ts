import { type GatewayClient, isGatewayError } from "@luckygas/gateway-client";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import { waitFor } from "../../support/wait-for.ts";

/** What callers were told, to be compared with what the database holds and the outside parties saw. */
export interface Told {
  /** Number by idempotency key. */
  invoices: Map<string, string>;
  batches: Set<string>;
  /** Recipient, e.g. `0910000001`, by message. */
  messages: Map<string, string>;
}

export type Connect = (subject: string) => Promise<GatewayClient>;

export interface Workload {
  told: Told;
  /** Ends the callers after what they are at. */
  stop(): Promise<void>;
}

const ANSWER_MS = 240_000;

/** Callers who work without a pause through whatever happens, repeating with the same key what is not answered. */
export function startWorkload(callers: number, connect: Connect, pauseMs: number): Workload {
  const told: Told = { invoices: new Map(), batches: new Set(), messages: new Map() };
  let over = false;
  const work = async (caller: number) => {
    for (let count = 0; !over; count += 1) {
      await workOnce(caller, count, told, connect);
      await Bun.sleep(pauseMs);
    }
  };
  const ended = Promise.all(Array.from({ length: callers }, (_, index) => work(index + 1)));
  ended.catch(() => {}); // told by `stop`; a failing caller must not end the test before its end
  return {
    told,
    stop: async () => {
      over = true;
      await ended;
    },
  };
}

async function workOnce(caller: number, count: number, told: Told, connect: Connect): Promise<void> {
  const id = `${caller}-${count}`;
  const asMaker = <T>(call: (client: GatewayClient) => Promise<T>) => insist(() => connect("maker"), call);
  const invoice = await asMaker((client) =>
    client.einvoice.issueInvoice.mutate({
      idempotencyKey: `invoice-${id}`,
      buyer: { kind: "consumer" },
      lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 + (count % 1_000) }],
      print: true,
    }),
  );
  told.invoices.set(`invoice-${id}`, invoice.invoiceNumber);
  const to = `09${String(caller).padStart(2, "0")}${String(count).padStart(6, "0")}`;
  const message = await asMaker((client) =>
    client.sms.sendMessage.mutate({ idempotencyKey: `message-${id}`, to, text: `第 ${count} 則通知` }),
  );
  told.messages.set(message.id, to);
  if (count % 3 === 0) told.batches.add(await sendBatch(id, connect));
}

const afterSending = new Set<string>(["sending", "sent", "acknowledged", "reconciled", "indeterminate", "held"]);

/** A payment file from its draft to its sending, with a second person's approval. */
async function sendBatch(id: string, connect: Connect): Promise<string> {
  const as = <T>(subject: string, call: (client: GatewayClient) => Promise<T>) => insist(() => connect(subject), call);
  // A lost answer may have been a success: then the repeated verb is refused, and the state tells.
  const attempt = (subject: string, call: (client: GatewayClient) => Promise<unknown>) =>
    as(subject, call).catch(refused);
  const batch = await as("maker", (client) =>
    client.banking.createBatch.mutate({
      idempotencyKey: `batch-${id}`,
      bank: "mega",
      paymentDate: taipeiDate(new Date()),
      items: [
        { transactionId: `${id}-1`, accountNumber: "01234567890123", accountHolder: "許功蓋", amount: 1380 },
        { transactionId: `${id}-2`, accountNumber: "01234567890124", accountHolder: "陳十全", amount: 690 },
      ],
    }),
  );
  const reference = { batchId: batch.id };
  const status = () => as("maker", (client) => client.banking.getBatch.query(reference));
  if ((await status()).status === "draft")
    await attempt("maker", (client) => client.banking.sealBatch.mutate(reference));
  const { sha256 } = await as("maker", (client) => client.banking.previewFile.query(reference));
  await attempt("approver", (client) => client.banking.approveBatch.mutate({ ...reference, sha256 }));
  await attempt("maker", (client) => client.banking.sendBatch.mutate(reference));
  const { status: reached } = await status();
  if (!afterSending.has(reached)) throw new Error(`a batch that was sent is ${reached}`);
  return batch.id;
}

function refused(error: unknown): void {
  if (!isGatewayError(error)) throw error;
}

/** Repeats a call with the same key until it is answered: the process, its database or the way to it may be away. */
async function insist<T>(
  connect: () => Promise<GatewayClient>,
  call: (client: GatewayClient) => Promise<T>,
): Promise<T> {
  const { answer } = await waitFor(
    "an answer",
    async () => {
      try {
        return { answer: await call(await connect()) };
      } catch (error) {
        if (isGatewayError(error) && !temporary.has(error.data.gateway.code)) throw error;
        return undefined;
      }
    },
    ANSWER_MS,
  );
  return answer;
}

const temporary = new Set<string>(["provider_unavailable", "rate_limited"]);
