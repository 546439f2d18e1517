import { existsSync } from "node:fs";
import { postgresPrograms } from "./postgres.ts";

/** Programs of the system that some tests need. */
const parts = {
  postgres: { what: "PostgreSQL server (package postgresql)", present: () => postgresPrograms() !== undefined },
  promtool: { what: "promtool (package prometheus)", present: () => Bun.which("promtool") !== null },
  sshd: { what: "OpenSSH server (package openssh-server)", present: () => existsSync("/usr/sbin/sshd") },
  zbarimg: { what: "barcode reader (package zbar-tools)", present: () => Bun.which("zbarimg") !== null },
  pdftoppm: { what: "PDF renderer (package poppler-utils)", present: () => Bun.which("pdftoppm") !== null },
  chromium: { what: "Chromium (package chromium)", present: () => Bun.which("chromium") !== null },
} as const;

export type RealPart = keyof typeof parts;

/** What is missing on this machine, by name; of all parts, or of those asked for. */
export function missingParts(needed: RealPart[] = ["postgres", "sshd", "promtool", "zbarimg", "pdftoppm", "chromium"]): string[] {
  return needed.filter((part) => !parts[part].present()).map((part) => parts[part].what);
}
