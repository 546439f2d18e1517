import { z } from "zod";
import { idSchema, pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { text } from "../fields.ts";
import { invoiceDetailSchema } from "../invoices.ts";
import { messageStateSchema, resendMessageInputSchema, settleMessageInputSchema } from "../messages.ts";
import { pendingOrderSchema, settledOrderSchema, settleOrderInputSchema } from "../orders.ts";

/** A person's decisions about what the gateway does not bring to its end by itself. */
export const repairProcedures = {
  settleUnknown: mutation({
    summary:
      "A person's decision about a message whose outcome is unknown, or that the platform refused after the issue, after looking at the platform itself.",
    roles: managers,
    input: z.object({
      id: idSchema,
      decision: z
        .enum(["accepted", "rejected", "send_again"])
        .describe("The platform has it; has refused it; does not have it (the same number and content is sent again)"),
      note: text(200, "What was seen, for the record"),
    }),
    output: invoiceDetailSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{id}/settle" },
  }),
  resendMessage: mutation({
    summary:
      "Sends a message that the platform refused once more, after its cause was mended: same number, same content, in its place among the messages about the number.",
    roles: managers,
    input: resendMessageInputSchema,
    output: messageStateSchema,
    rest: { method: "POST", path: "/einvoice/messages/{messageId}/resend" },
  }),
  settleMessage: mutation({
    summary:
      "A person's decision about a message whose outcome is unknown, whose result never came, or that was refused after the issue, after looking at the platform itself.",
    roles: managers,
    input: settleMessageInputSchema,
    output: messageStateSchema,
    rest: { method: "POST", path: "/einvoice/messages/{messageId}/settle" },
  }),
  listPendingOrders: query({
    summary: "Invoices that wait for their number where the provider gives it, oldest first.",
    roles: staff,
    input: z.object({ ...pageRequestSchema }),
    output: pageOf(pendingOrderSchema),
    rest: { method: "GET", path: "/einvoice/orders" },
  }),
  settleOrder: mutation({
    summary:
      "A person's decision about an invoice that waits for its number, after looking at the provider itself: it was issued with this number, or it was not.",
    roles: managers,
    input: settleOrderInputSchema,
    output: settledOrderSchema,
    rest: { method: "POST", path: "/einvoice/orders/{orderId}/settle" },
  }),
} satisfies RouterContract;
