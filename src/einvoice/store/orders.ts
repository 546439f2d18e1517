import { and, asc, eq, gt, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import { brokenConstraint, type Drizzle, type Tx } from "../../platform/database.ts";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import { fromNow } from "../../platform/leases.ts";
import type { InvoiceContent } from "../rules/content.ts";
import { uploadDueAt } from "../rules/deadlines.ts";
import { periodOf } from "../rules/period.ts";
import { einvoiceOrders, einvoiceUploads, invoices } from "../tables.ts";
import { contentSchema } from "./content-schema.ts";
import type { IssueRequest } from "./issue-request.ts";

const orderSchema = z.object({
  id: z.string(),
  requestHash: z.string(),
  callerSubject: z.string(),
  idempotencyKey: z.string(),
  status: z.enum(["due", "sending", "unknown", "done", "rejected"]),
  reason: z.string().nullable(),
  setbacks: z.int(),
  content: contentSchema,
  createdAt: z.date(),
});
export type StoredOrder = z.output<typeof orderSchema>;

/** How long an order is left to the call that brought it. */
const FIRST_TRY_MS = 5_000;

/** Where an order goes after a call. `invoice` is what the provider gave. */
export type OrderStep =
  | { status: "done"; invoice: { number: string; randomCode: string; issuedAt: Date } }
  | { status: "rejected"; reason: string }
  | { status: "due" | "unknown"; reason: string; waitMs: number };

/** What the provider gave an order. */
export type GivenInvoice = Extract<OrderStep, { status: "done" }>["invoice"];

const notAllowed = (reason: string, message: string) => new OperationError("state_not_allowed", message, { reason });

/** Orders as rows: claimed by lease; a done one has become an invoice under the order's own id. */
export function createOrderStore(db: Drizzle, owner: string) {
  async function byKey(
    request: Pick<IssueRequest, "callerSubject" | "idempotencyKey">,
  ): Promise<StoredOrder | undefined> {
    const [row] = await db
      .select()
      .from(einvoiceOrders)
      .where(
        and(
          eq(einvoiceOrders.callerSubject, request.callerSubject),
          eq(einvoiceOrders.idempotencyKey, request.idempotencyKey),
        ),
      );
    return row && orderSchema.parse(row);
  }

  return {
    byKey,

    /** Writes an order down before anything is sent; the one of the same key stays as it is. */
    accept: async (request: IssueRequest): Promise<StoredOrder> => {
      const { id, callerSubject, idempotencyKey, requestHash, content } = request;
      await db
        .insert(einvoiceOrders)
        // The first try is the caller's own; the job comes in when that process dies.
        .values({ id, callerSubject, idempotencyKey, requestHash, content, nextAttemptAt: fromNow(FIRST_TRY_MS) })
        .onConflictDoNothing();
      const order = await byKey(request);
      if (!order) throw new Error("an order that was written cannot be found");
      return order;
    },

    /** Takes one order (or any that is due) and marks it as under way; what a dead process left under way comes back as unknown. */
    claim: async (leaseMs: number, id?: string): Promise<StoredOrder | undefined> => {
      const rows = await db.execute(sql`
        UPDATE einvoice_orders o SET lease_owner = ${owner}, lease_until = ${fromNow(leaseMs)}, status = 'sending'
        FROM (SELECT id, status FROM einvoice_orders
          WHERE status NOT IN ('done', 'rejected') AND (lease_until IS NULL OR lease_until < now())
            AND ${id === undefined ? sql`next_attempt_at <= now()` : sql`id = ${id}`}
          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) before
        WHERE o.id = before.id
        RETURNING o.id, before.status`);
      const [taken] = z.array(z.object({ id: z.string(), status: z.string() })).parse([...rows]);
      if (!taken) return undefined;
      const [row] = await db.select().from(einvoiceOrders).where(eq(einvoiceOrders.id, taken.id));
      return row && { ...orderSchema.parse(row), status: taken.status === "due" ? "due" : "unknown" };
    },

    /** Hands an order back as it was. */
    defer: async (order: StoredOrder, waitMs: number): Promise<void> => {
      await db
        .update(einvoiceOrders)
        .set({ status: order.status, nextAttemptAt: fromNow(waitMs), leaseOwner: null, leaseUntil: null })
        .where(and(eq(einvoiceOrders.id, order.id), eq(einvoiceOrders.leaseOwner, owner)));
    },

    /** Writes down how a call ended; a number that was given makes the invoice in the same transaction. */
    settle: (order: StoredOrder, step: OrderStep, uploadId: string): Promise<void> =>
      db.transaction(async (tx) => {
        const held = await tx
          .update(einvoiceOrders)
          .set({
            status: step.status,
            reason: step.status === "done" ? null : step.reason,
            setbacks: order.setbacks + 1,
            nextAttemptAt: fromNow("waitMs" in step ? step.waitMs : 0),
            leaseOwner: null,
            leaseUntil: null,
          })
          .where(and(eq(einvoiceOrders.id, order.id), eq(einvoiceOrders.status, "sending")))
          .returning({ id: einvoiceOrders.id });
        if (held.length > 0 && step.status === "done") await becomeInvoice(tx, order, step.invoice, uploadId);
      }),

    /** Orders without their number, oldest first, after an id. */
    pending: async (afterId: string | undefined, limit: number): Promise<PendingOrderRow[]> => {
      const rows = await db
        .select()
        .from(einvoiceOrders)
        .where(
          and(
            notInArray(einvoiceOrders.status, ["done", "rejected"]),
            afterId === undefined ? undefined : gt(einvoiceOrders.id, afterId),
          ),
        )
        .orderBy(asc(einvoiceOrders.id))
        .limit(limit);
      return rows.map((row) => pendingSchema.parse(row));
    },

    /**
     * A person ends an order: it was issued as told, or never. Throws `not_found`, `state_not_allowed` when it has ended or is being worked
     * on, and `invalid_input` when the number is used.
     */
    decide: async (
      id: string,
      decision: { issued: GivenInvoice | null; by: string; note: string; uploadId: string },
    ): Promise<void> => {
      try {
        await db.transaction(async (tx) => {
          const [row] = await tx
            .select({ order: einvoiceOrders, isHeld: sql<boolean>`coalesce(lease_until > now(), false)` })
            .from(einvoiceOrders)
            .where(eq(einvoiceOrders.id, id))
            .for("update");
          if (!row) throw new OperationError("not_found", "there is no such order");
          const order = orderSchema.parse(row.order);
          if (order.status === "done" || order.status === "rejected") {
            throw notAllowed("order_ended", "this order has its invoice, or was refused");
          }
          if (row.isHeld)
            throw notAllowed("order_in_progress", "the provider is being asked about this order; try again");
          const { issued, by: decidedBy, note, uploadId } = decision;
          await tx
            .update(einvoiceOrders)
            .set({
              status: issued ? "done" : "rejected",
              reason: "decided_by_person",
              decidedBy,
              note,
              leaseOwner: null,
              leaseUntil: null,
            })
            .where(eq(einvoiceOrders.id, id));
          if (issued) await becomeInvoice(tx, order, issued, uploadId);
        });
      } catch (error) {
        if (brokenConstraint(error) !== "invoices_number_unique") throw error;
        throw invalidInput("issued.invoiceNumber", "is the number of another invoice");
      }
    },
  };
}

const pendingSchema = z.object({
  id: z.string(),
  createdAt: z.date(),
  status: z.enum(["due", "sending", "unknown"]),
  reason: z.string().nullable(),
  setbacks: z.int(),
  nextAttemptAt: z.date(),
  content: contentSchema,
});
export type PendingOrderRow = z.output<typeof pendingSchema>;

async function becomeInvoice(tx: Tx, order: StoredOrder, given: GivenInvoice, uploadId: string): Promise<void> {
  const { content, id } = order;
  const { number, randomCode, issuedAt } = given;
  const dueAt = uploadDueAt(issuedAt, content.buyer.kind);
  await tx.insert(invoices).values({
    ...invoiceRow(order, content),
    period: periodOf(issuedAt),
    number,
    randomCode,
    issuedAt,
    uploadDueAt: dueAt,
  });
  // The centre uploads by itself: there is nothing left to send.
  await tx.insert(einvoiceUploads).values({
    id: uploadId,
    invoiceId: id,
    status: "accepted",
    actedAt: issuedAt,
    dueAt,
    acceptedAt: sql`now()`,
  });
}

export type OrderStore = ReturnType<typeof createOrderStore>;

function invoiceRow({ id, callerSubject, idempotencyKey, requestHash }: StoredOrder, content: InvoiceContent) {
  return {
    id,
    sellerUbn: content.seller.ubn,
    callerSubject,
    idempotencyKey,
    requestHash,
    status: "accepted",
    orderReference: content.orderReference,
    totalAmount: content.amounts.totalAmount,
    content,
  };
}
