/** Compiled, never run: the client's types as a caller sees them. A line marked as an error must be one. */
import { createGatewayClient, type GatewayClient } from "@luckygas/gateway-client";

export async function asCaller(client: GatewayClient = createGatewayClient({ url: "https://gateway.example.tw" })) {
  const me = await client.system.whoAmI.query();
  const role: "super_admin" | "manager" | "office_staff" | "driver" | "service" = me.role;

  const checked = await client.einvoice.checkUbn.query({ ubn: "04595257" });
  const valid: boolean = checked.valid;

  const invoice = await client.einvoice.issueInvoice.mutate({
    idempotencyKey: "order-0001",
    buyer: { kind: "business", ubn: "04595257", name: "某公司" },
    lines: [{ description: "瓦斯", quantity: 1, unitPrice: 690 }],
  });
  const total: number = invoice.totalAmount;

  // @ts-expect-error a business buyer needs its 統編
  await client.einvoice.issueInvoice.mutate({ idempotencyKey: "order-0001", buyer: { kind: "business" }, lines: [] });
  // @ts-expect-error no such procedure
  await client.einvoice.deleteInvoice.mutate({});
  // @ts-expect-error a query is not a mutation
  await client.einvoice.checkUbn.mutate({ ubn: "04595257" });
  // @ts-expect-error the answer has no such field
  checked.reason;

  return { role, valid, total };
}
