import type { Role } from "@luckygas/gateway-client";
import { useSyncExternalStore } from "react";

/** Who is signed in. Lives in this tab only and is gone when it closes. */
export interface Session {
  token: string;
  subject: string;
  role: Role;
  /** When the gateway said that it ends; absent for a pasted token. */
  expiresAt?: string;
}

export type SignedOutReason = "expired" | "left";

const KEY = "luckygas-console-session";
const listeners = new Set<() => void>();
let session = readStored();
let reason: SignedOutReason | undefined;

function readStored(): Session | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return isSession(stored) ? stored : undefined;
  } catch {
    return undefined; // something else's content is as good as none
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== "object" || value === null) return false;
  return ["token", "subject", "role"].every((name) => typeof Reflect.get(value, name) === "string");
}

function change(next: Session | undefined, why: SignedOutReason | undefined): void {
  session = next;
  reason = why;
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const startSession = (next: Session): void => change(next, undefined);
export const endSession = (why: SignedOutReason): void => {
  if (session) change(undefined, why);
};
export const currentToken = (): string => session?.token ?? "";
export const signedOutReason = (): SignedOutReason | undefined => reason;
export const useSession = (): Session | undefined => useSyncExternalStore(subscribe, () => session);

const managerRoles: readonly Role[] = ["super_admin", "manager"];
const staffRoles: readonly Role[] = [...managerRoles, "office_staff", "service"];
/** As the contract's `managers` and `staff`; the gateway decides, the page only spares a refused attempt. */
export const isManager = (role: Role): boolean => managerRoles.includes(role);
export const isStaff = (role: Role): boolean => staffRoles.includes(role);
