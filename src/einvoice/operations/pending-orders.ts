import {
  type einvoiceContract,
  idSchema,
  type PendingOrder,
  type SettleOrderInput,
  type settledOrderSchema,
} from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import type { OrderStore, PendingOrderRow } from "../store/orders.ts";

type ListInput = z.output<typeof einvoiceContract.listPendingOrders.input>;

/** Orders that wait for their number. The cursor is the id of the last order of the page before. */
export function createListPendingOrders(deps: { orders: OrderStore }) {
  return async ({ cursor, limit }: ListInput): Promise<{ items: PendingOrder[]; nextCursor: string | null }> => {
    if (cursor !== undefined && !idSchema.safeParse(cursor).success) {
      throw invalidInput("cursor", "must be the nextCursor of an earlier answer");
    }
    const found = await deps.orders.pending(cursor, limit + 1);
    const page = found.slice(0, limit);
    return { items: page.map(orderView), nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null };
  };
}

function orderView({ content, ...order }: PendingOrderRow): PendingOrder {
  return {
    orderId: order.id,
    orderedAt: order.createdAt.toISOString(),
    status: order.status,
    reason: order.reason,
    tries: order.setbacks,
    nextAttemptAt: order.nextAttemptAt.toISOString(),
    buyerName: content.buyer.name,
    totalAmount: content.amounts.totalAmount,
    orderReference: content.orderReference,
  };
}

/** A person ends an order. Throws `not_found`, `state_not_allowed`, and `invalid_input` for a number that is used. */
export function createSettleOrder(deps: { orders: OrderStore; newId(): string }) {
  return async (input: SettleOrderInput, callerSubject: string): Promise<z.output<typeof settledOrderSchema>> => {
    const { orderId, issued, note } = input;
    const given = issued && {
      number: issued.invoiceNumber,
      randomCode: issued.randomCode,
      issuedAt: new Date(issued.issuedAt),
    };
    await deps.orders.decide(orderId, { issued: given, by: callerSubject, note, uploadId: deps.newId() });
    return { orderId, status: issued ? "issued" : "rejected", invoiceNumber: issued?.invoiceNumber ?? null };
  };
}
