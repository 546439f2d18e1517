/** How many approvers a batch of this total needs at a bank. */
export function approvalsRequired(
  { row }: { row: { approvalsRequired: number; secondApprovalAbove: number | null } },
  total: number,
): number {
  const isLarge = total > (row.secondApprovalAbove ?? Number.POSITIVE_INFINITY);
  return isLarge ? Math.max(row.approvalsRequired, 2) : row.approvalsRequired;
}
