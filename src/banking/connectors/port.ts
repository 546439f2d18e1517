import type { TransferErrorType, VerificationLevel } from "@luckygas/gateway-client";

/** A sealed file on its way to a bank. Names are base names; the folder comes from the bank's configuration. */
export interface OutboundFile {
  folder: string;
  name: string;
  /** Fresh for every attempt. */
  temporaryName: string;
  bytes: Uint8Array;
  /** SHA-256 of the bytes, hexadecimal. */
  sha256: string;
}

/** How a bank's server differs from an ordinary one, as configured. What it merely refuses is found out by itself. */
export interface BankProfile {
  /** `atomic`: temporary name, verified, then renamed. `direct`: written under its final name, for servers that collect on close. */
  submission: "atomic" | "direct";
  /** Whether an uploaded file may be read back. */
  readBack: boolean;
  /** Whether files can be looked at by `lstat`. */
  stat: boolean;
  /** Whether the server honours the exclusive flag of an open request. */
  exclusiveOpen: boolean;
  /** Whether `fsync` is asked for where the server offers it. */
  fsync: boolean;
}

/** One thing that was done at the bank. */
export interface TransferStep {
  step: string;
  at: string;
  outcome: string;
}

/** What a submission reports while it runs. */
export interface SubmissionCall {
  onStep(step: TransferStep): void;
  /**
   * The point of no return: must have been stored when it resolves. After it the final name may appear at the bank. If it
   * rejects, the final name is not asked for.
   */
  onVerified(level: VerificationLevel): Promise<void>;
}

/**
 * `not_sent`: the file is certainly not under its final name. `name_taken`: another file is. `unknown`: the final name was
 * asked for and no clear answer came; only `settle` may be called next. `indeterminate`: the file was taken away under its
 * temporary name, and no look can tell what became of it.
 */
export type SubmissionOutcome =
  | { kind: "sent"; verification: VerificationLevel }
  | { kind: "not_sent"; errorType: TransferErrorType; temporaryRemoved: boolean }
  | { kind: "name_taken" }
  | { kind: "unknown"; errorType: TransferErrorType }
  | { kind: "indeterminate"; errorType: TransferErrorType };

/** What a look at the bank's folder decided; `unreachable`: no look was possible, ask again later. */
export type SettlementOutcome =
  | { kind: "sent"; verification: VerificationLevel }
  | { kind: "name_taken" }
  | { kind: "indeterminate" }
  | { kind: "unreachable"; errorType: TransferErrorType };

export interface RemoteEntry {
  name: string;
  /** Absent where the server does not tell. */
  sizeBytes: number | undefined;
  modifiedAt: Date | undefined;
  isFile: boolean;
}

/** The answer of a read, or why there is none. */
export type Fetched<T> = { ok: true; value: T } | { ok: false; errorType: TransferErrorType };

export interface ConnectionTestStep {
  step: string;
  ok: boolean;
  detail?: string;
  durationMs: number;
}

export interface ConnectionTest {
  ok: boolean;
  errorType: TransferErrorType | null;
  steps: ConnectionTestStep[];
}

/** The way to one bank's folders. Nothing here throws for a fault of the bank or of the way to it. */
export interface BankTransport {
  submit(file: OutboundFile, call: SubmissionCall): Promise<SubmissionOutcome>;
  settle(file: OutboundFile, onStep: (step: TransferStep) => void): Promise<SettlementOutcome>;
  /** Removes a temporary file of our own; one that is not there is removed already. */
  removeTemporary(folder: string, name: string): Promise<Fetched<undefined>>;
  list(folder: string): Promise<Fetched<RemoteEntry[]>>;
  /** Reads a file of at most `bytesMax` bytes. */
  fetch(folder: string, name: string, bytesMax: number): Promise<Fetched<Uint8Array>>;
  /**
   * Moves a file whose content is known to another folder, once: the same content there means that it was done before.
   * `failed`: nobody knows, ask again later.
   */
  archive(from: string, to: string, name: string, sha256: string): Promise<"archived" | "name_taken" | "failed">;
  /** Connects anew, signs in even with credentials that were refused before, and lists the folders. */
  testConnection(folders: { upload: string; download: string }): Promise<ConnectionTest>;
  /** Writes, verifies, renames and deletes a file of this base name, which no batch program of the bank picks up. */
  testUpload(folder: string, name: string): Promise<ConnectionTest>;
  /** Connections of this process that are open or being opened. */
  connections(): number;
  close(): Promise<void>;
}
