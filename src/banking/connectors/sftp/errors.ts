import type { TransferErrorType } from "@luckygas/gateway-client";

/** A request to the bank's server that did not succeed. */
export class TransferFault extends Error {
  override readonly name = "SFTPConnectionError";
  constructor(
    readonly errorType: TransferErrorType,
    /** The server answered and refused; false when no answer came, and then nobody knows whether it acted. */
    readonly answered: boolean,
    message: string,
    /** SFTP status code of a refusal. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Given up by the gateway itself: that says nothing about the bank. */
export const givenUp = () => new TransferFault("pool_exhausted", false, "connection given up by the gateway");

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const sftpStatus = {
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  OP_UNSUPPORTED: 8,
} as const;

const messages: Record<number, string> = {
  1: "end of file",
  2: "no such file",
  3: "permission denied",
  4: "failure",
  5: "bad message",
  6: "no connection",
  7: "connection lost",
  8: "operation unsupported",
};

/** The fault that an error given to an SFTP request's callback means: with a status code the server answered. */
export function requestFault(operation: string, error: Error): TransferFault {
  const status = "code" in error && typeof error.code === "number" ? error.code : undefined;
  const text = `${operation}: ${status === undefined ? "no answer" : (messages[status] ?? `status ${status}`)}`;
  const fault = (errorType: TransferErrorType, answered: boolean) =>
    new TransferFault(errorType, answered, text, status);
  if (status === undefined || status === 6 || status === 7) return fault("disconnected", false);
  if (status === sftpStatus.NO_SUCH_FILE) return fault("no_such_file", true);
  if (status === sftpStatus.PERMISSION_DENIED) return fault("permission", true);
  return fault("exists_or_failure", true);
}

const dnsCodes = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME"]);

/** The fault that an error of the connection means. Messages of the library are kept out: they may hold addresses. */
export function connectionFault(error: unknown, reached: boolean): TransferFault {
  const level = textOf(error, "level");
  const code = textOf(error, "code");
  if (level === "client-dns" || dnsCodes.has(code)) return new TransferFault("dns", false, "name cannot be resolved");
  if (level === "client-timeout" || code === "ETIMEDOUT")
    return new TransferFault("timeout", false, "connection timed out");
  if (level === "client-authentication") return new TransferFault("auth", true, "credentials refused");
  if (level === "handshake" || level === "protocol") return new TransferFault("handshake", false, "handshake failed");
  if (reached) return new TransferFault("disconnected", false, "connection lost");
  return new TransferFault("connect", false, code ? `connection failed (${code})` : "connection failed");
}

function textOf(error: unknown, key: "level" | "code"): string {
  if (!(error instanceof Error) || !(key in error)) return "";
  const value = Reflect.get(error, key);
  return typeof value === "string" ? value : "";
}
