import { existsSync } from "node:fs";
import { postgresPrograms } from "./postgres.ts";

/** Programs of the system that some tests need. */
const parts = {
  postgres: { what: "PostgreSQL server (package postgresql)", present: () => postgresPrograms() !== undefined },
  sshd: { what: "OpenSSH server (package openssh-server)", present: () => existsSync("/usr/sbin/sshd") },
} as const;

export type RealPart = keyof typeof parts;

/** What is missing on this machine, by name; of all parts, or of those asked for. */
export function missingParts(needed: RealPart[] = ["postgres", "sshd"]): string[] {
  return needed.filter((part) => !parts[part].present()).map((part) => parts[part].what);
}
