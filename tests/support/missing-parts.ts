import { existsSync } from "node:fs";
import { jumpingClockLibrary } from "./jumping-clock.ts";
import { pgbouncerProgram } from "./pgbouncer.ts";
import { postgresPrograms } from "./postgres.ts";

/** Programs of the system that some tests need. */
const parts = {
  postgres: { what: "PostgreSQL server (package postgresql)", present: () => postgresPrograms() !== undefined },
  pgbouncer: { what: "PgBouncer (package pgbouncer)", present: () => pgbouncerProgram() !== undefined },
  curl: { what: "curl (package curl)", present: () => Bun.which("curl") !== null },
  faketime: { what: "libfaketime (package faketime)", present: () => existsSync(jumpingClockLibrary) },
  promtool: { what: "promtool (package prometheus)", present: () => Bun.which("promtool") !== null },
  proftpd: {
    what: "ProFTPD with mod_sftp (packages proftpd-core, proftpd-mod-crypto)",
    present: () => existsSync("/usr/sbin/proftpd") && existsSync("/usr/lib/proftpd/mod_sftp.so"),
  },
  sshd: { what: "OpenSSH server (package openssh-server)", present: () => existsSync("/usr/sbin/sshd") },
  zbarimg: { what: "barcode reader (package zbar-tools)", present: () => Bun.which("zbarimg") !== null },
  pdftoppm: { what: "PDF renderer (package poppler-utils)", present: () => Bun.which("pdftoppm") !== null },
  chromium: { what: "Chromium (package chromium)", present: () => Bun.which("chromium") !== null },
  xmllint: { what: "XML checker (package libxml2-utils)", present: () => Bun.which("xmllint") !== null },
} as const;

export type RealPart = keyof typeof parts;

// as: the keys of an object literal are its own names.
const allParts = Object.keys(parts) as RealPart[];

/** What is missing on this machine, by name; of all parts, or of those asked for. */
export function missingParts(needed: RealPart[] = allParts): string[] {
  return needed.filter((part) => !parts[part].present()).map((part) => parts[part].what);
}
