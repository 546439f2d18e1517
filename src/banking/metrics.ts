import type { TransferErrorType } from "@luckygas/gateway-client";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export type TransferDirection = "upload" | "download";
export type TransferStatus = "success" | "failure" | "indeterminate";

export interface BankingMetrics {
  connections(bank: string, count: number): void;
  fault(bank: string, errorType: TransferErrorType): void;
  transfer(bank: string, direction: TransferDirection, status: TransferStatus, seconds: number): void;
  accuracy(bank: string, share: number): void;
  quarantined(bank: string): void;
}

/** From a warm connection on loopback to a retry after a timeout. */
const TRANSFER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The metrics of this capability, registered under the deployment guide's names. Banks come from the configuration alone. */
export function createBankingMetrics(registry: Registry): BankingMetrics {
  const registers = [registry];
  const connections = new Gauge({
    name: "banking_sftp_connections",
    help: "SFTP connections of this process to a bank, open or being opened",
    labelNames: ["bank_code"],
    registers,
  });
  const failures = new Counter({
    name: "banking_sftp_failures_total",
    help: "Faults between the gateway and a bank's SFTP server, by kind",
    labelNames: ["bank_code", "error_type"],
    registers,
  });
  const transfers = new Counter({
    name: "banking_file_transfers_total",
    help: "Files sent to or fetched from a bank, and how it ended",
    labelNames: ["bank_code", "direction", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "banking_transfer_duration_seconds",
    help: "Duration of one transfer with its verification",
    labelNames: ["bank_code", "direction"],
    buckets: TRANSFER_SECONDS,
    registers,
  });
  const accuracy = new Gauge({
    name: "banking_reconciliation_accuracy",
    help: "Matched lines of the latest reply file ÷ all its lines; 1 for a file without lines",
    labelNames: ["bank_code"],
    registers,
  });
  const quarantined = new Counter({
    name: "banking_files_quarantined_total",
    help: "Inbound files set aside whole because something in them does not add up",
    labelNames: ["bank_code"],
    registers,
  });
  return {
    connections: (bank, count) => connections.set({ bank_code: bank }, count),
    fault: (bank, errorType) => failures.inc({ bank_code: bank, error_type: errorType }),
    transfer: (bank, direction, status, seconds) => {
      transfers.inc({ bank_code: bank, direction, status });
      durations.observe({ bank_code: bank, direction }, seconds);
    },
    accuracy: (bank, share) => accuracy.set({ bank_code: bank }, share),
    quarantined: (bank) => quarantined.inc({ bank_code: bank }),
  };
}
