import { createHash } from "node:crypto";
import { BlockList, isIPv6 } from "node:net";
import type { WebhookReply, WebhookRequest } from "../../platform/webhook.ts";
import type { ParsedReceipt } from "../connectors/port.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import type { NewReceipt } from "../store/receipts.ts";

/** The same for a wrong path, a wrong token and a provider that is not set up: it tells a stranger nothing. */
const NOT_FOUND: WebhookReply = { status: 404, body: "not found" };

/**
 * Takes a provider's call to the webhook. A genuine receipt is committed before the provider is answered, and applied by a
 * job afterwards; anything else changes nothing. Rejects when the database is away, and then the provider repeats it.
 */
export async function acceptReceipt(
  deps: SmsDependencies,
  providerName: string,
  request: WebhookRequest,
): Promise<WebhookReply> {
  const provider = await deps.providers.find(providerName);
  if (!provider?.connector) return NOT_FOUND;
  const { receiptAddresses } = provider.settings;
  if (receiptAddresses.length > 0 && !isAllowedAddress(receiptAddresses, request.remoteAddress)) {
    deps.log.warn("A receipt came from an address that is not allowed", { provider: providerName });
    return NOT_FOUND;
  }
  if (!provider.connector.isGenuine(request)) {
    deps.log.warn("A receipt was not genuine", { provider: providerName });
    return NOT_FOUND;
  }
  const parsed = provider.connector.parseWebhook(request);
  if (parsed.kind === "malformed") {
    deps.log.warn("A receipt could not be read", { provider: providerName, rule: parsed.rule });
  }
  if (parsed.kind === "receipt") {
    await storeReceipt(deps, providerName, "callback", parsed.receipt);
    deps.platform.jobs.wake(jobNames.receipts);
  }
  return parsed.reply;
}

/** Commits a receipt, together with others that come at the same time; a repetition is kept once. */
export async function storeReceipt(
  deps: SmsDependencies,
  provider: string,
  source: NewReceipt["source"],
  receipt: ParsedReceipt,
): Promise<void> {
  await deps.storingReceipts.submit({
    id: deps.newId(),
    identity: identityOf(provider, receipt),
    provider,
    source,
    providerMessageId: receipt.providerMessageId,
    recipient: receipt.recipient,
    correlation: receipt.correlation,
    providerStatus: receipt.providerStatus,
    state: receipt.state,
    failureClass: receipt.failureClass,
    providerTime: receipt.providerTime,
    receivedAt: deps.platform.clock.now(),
  });
}

function identityOf(provider: string, receipt: ParsedReceipt): string {
  const { providerMessageId, recipient, recordNumber, providerStatus, providerTime } = receipt;
  const parts = [provider, providerMessageId, recipient, recordNumber ?? "", providerStatus, providerTime ?? ""];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** An empty list allows every address. A peer whose address is not known is on no list. */
export function isAllowedAddress(allowed: readonly string[], address: string | undefined): boolean {
  if (allowed.length === 0) return true;
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const list = new BlockList();
  for (const entry of allowed) {
    const [network = "", bits] = entry.split("/");
    const family = isIPv6(network) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
}
