import { and, asc, eq, inArray } from "drizzle-orm";
import type { Clock } from "../../platform/clock.ts";
import { brokenConstraint, type Drizzle, type Tx } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import type { ActPlan, ActState } from "../rules/acts.ts";
import { uploadDueAt } from "../rules/deadlines.ts";
import type { Act } from "../rules/document.ts";
import { einvoiceActs, einvoiceAllowances, einvoiceUploads, invoices } from "../tables.ts";
import {
  payloadSchema,
  type StoredAllowance,
  type StoredInvoice,
  type StoredMessage,
  storedAllowanceSchema,
  storedInvoiceSchema,
  storedMessageSchema,
} from "./content-schema.ts";

/** Who wants what done to which invoice. */
export interface ActRequest {
  callerSubject: string;
  idempotencyKey: string;
  requestHash: string;
  kind: "cancel" | "void" | "allowance" | "cancel_allowance";
  invoiceId: string;
  /** For the record. */
  reason: string | null;
}

/** Rows of one invoice. */
export interface InvoiceState extends ActState {
  invoice: StoredInvoice;
  messages: (StoredMessage & { act: Act | null })[];
  allowances: StoredAllowance[];
}

interface Deps {
  db: Drizzle;
  clock: Clock;
  newId(): string;
}

const reused = () =>
  new OperationError("conflict", "this idempotencyKey was used for something else; use a new one", {
    reason: "idempotency_key_reused",
  });

/** Acts after the issue: each is judged and written, with its messages to the platform, in one transaction under the invoice's lock. */
export function createActStore({ db, clock, newId }: Deps) {
  async function once(request: ActRequest, plan: (state: InvoiceState, now: Date) => ActPlan) {
    return db.transaction(async (tx) => {
      const state = await lock(tx, request.invoiceId);
      const [known] = await tx
        .select()
        .from(einvoiceActs)
        .where(
          and(
            eq(einvoiceActs.callerSubject, request.callerSubject),
            eq(einvoiceActs.idempotencyKey, request.idempotencyKey),
          ),
        );
      if (known && known.requestHash !== request.requestHash) throw reused();
      if (known) return { allowanceId: known.allowanceId };
      const now = clock.now();
      return apply(tx, { request, state, plan: plan(state, now), now, newId });
    });
  }

  return {
    /**
     * Does what `plan` says of the invoice's present state. The same key and request again does nothing. Resolves to the allowance it was
     * about, if any; throws `not_found`, `conflict` and what `plan` throws.
     */
    perform: async (request: ActRequest, plan: (state: InvoiceState, now: Date) => ActPlan) => {
      try {
        return await once(request, plan);
      } catch (error) {
        // Two calls with one key about different invoices hold different locks.
        if (brokenConstraint(error) === "einvoice_acts_idempotency_unique") throw reused();
        throw error;
      }
    },
  };
}

export type ActStore = ReturnType<typeof createActStore>;

/** Messages before the invoice: every other transaction locks them in this order. */
async function lock(tx: Tx, invoiceId: string): Promise<InvoiceState> {
  const messages = await tx
    .select()
    .from(einvoiceUploads)
    .where(eq(einvoiceUploads.invoiceId, invoiceId))
    .orderBy(asc(einvoiceUploads.position))
    .for("update");
  const [invoice] = await tx.select().from(invoices).where(eq(invoices.id, invoiceId)).for("update");
  if (!invoice) throw new OperationError("not_found", "there is no such invoice");
  // Whoever held the lock before may have added messages since.
  const all = await tx
    .select()
    .from(einvoiceUploads)
    .where(eq(einvoiceUploads.invoiceId, invoiceId))
    .orderBy(asc(einvoiceUploads.position));
  const allowances = await tx
    .select()
    .from(einvoiceAllowances)
    .where(eq(einvoiceAllowances.invoiceId, invoiceId))
    .orderBy(asc(einvoiceAllowances.id));
  return {
    invoice: storedInvoiceSchema.parse(invoice),
    messages: (all.length > messages.length ? all : messages).map((row) => ({
      ...storedMessageSchema.parse(row),
      act: payloadSchema.parse(row.payload ?? {}).act ?? null,
    })),
    allowances: allowances.map((row) => storedAllowanceSchema.parse(row)),
  };
}

interface Application {
  request: ActRequest;
  state: InvoiceState;
  plan: ActPlan;
  now: Date;
  newId(): string;
}

async function apply(tx: Tx, application: Application): Promise<{ allowanceId: string | null }> {
  const { request, state, plan, now, newId } = application;
  const { invoice, messages } = state;
  const dueAt = uploadDueAt(now, invoice.content.buyer.kind);
  // The corrected content may be for another kind of buyer, whose invoices are due at another time.
  const correctedDueAt = uploadDueAt(now, (plan.corrected ?? invoice.content).buyer.kind);
  const allowanceId = plan.allowance ? newId() : (plan.cancelledAllowanceId ?? null);
  if (plan.superseded) {
    await tx
      .update(einvoiceUploads)
      .set({ status: "superseded", leaseOwner: null, leaseUntil: null })
      .where(inArray(einvoiceUploads.id, plan.superseded));
  }
  if (plan.corrected) {
    const issue = messages.findLast((message) => message.kind === "issue");
    if (issue) {
      await tx
        .update(einvoiceUploads)
        .set({ payload: { ...(issue.act && { act: issue.act }), content: invoice.content } })
        .where(eq(einvoiceUploads.id, issue.id));
    }
    const { totalAmount } = plan.corrected.amounts;
    const { orderReference } = plan.corrected;
    await tx
      .update(invoices)
      .set({ content: plan.corrected, totalAmount, orderReference })
      .where(eq(invoices.id, invoice.id));
  }
  if (plan.invoiceStatus) {
    const uploadDue = plan.corrected ? { uploadDueAt: correctedDueAt } : {};
    await tx
      .update(invoices)
      .set({ status: plan.invoiceStatus, ...uploadDue })
      .where(eq(invoices.id, invoice.id));
  }
  if (plan.allowance && allowanceId) {
    const { number, ...content } = plan.allowance;
    await tx.insert(einvoiceAllowances).values({
      id: allowanceId,
      sellerUbn: invoice.sellerUbn,
      number,
      invoiceId: invoice.id,
      issuedAt: now,
      uploadDueAt: dueAt,
      content,
    });
  }
  if (plan.cancelledAllowanceId) {
    await tx
      .update(einvoiceAllowances)
      .set({ status: "cancelled" })
      .where(eq(einvoiceAllowances.id, plan.cancelledAllowanceId));
  }
  const { callerSubject, idempotencyKey, requestHash, kind, invoiceId, reason } = request;
  await tx.insert(einvoiceActs).values({
    id: newId(),
    callerSubject,
    idempotencyKey,
    requestHash,
    kind,
    invoiceId,
    allowanceId,
    actedAt: now,
    reason,
  });
  const last = messages.at(-1)?.position ?? 0;
  if (plan.messages.length > 0) {
    await tx.insert(einvoiceUploads).values(
      plan.messages.map(({ kind: messageKind, act, content }, index) => ({
        id: newId(),
        invoiceId,
        kind: messageKind,
        position: last + 1 + index,
        allowanceId: messageKind === "allowance" || messageKind === "cancel_allowance" ? allowanceId : null,
        payload: act || content ? { ...(act && { act }), ...(content && { content }) } : null,
        actedAt: now,
        dueAt: messageKind === "issue" ? correctedDueAt : dueAt,
      })),
    );
  }
  return { allowanceId };
}
