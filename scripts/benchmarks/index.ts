import { benchmark as bankFormat } from "./bank-format.ts";
import type { Benchmark } from "./benchmark.ts";
import { forgetting } from "./forgetting.ts";
import { httpOverhead } from "./http-overhead.ts";
import { benchmark as invoiceBulk } from "./invoice-bulk.ts";
import { benchmark as invoiceIssue } from "./invoice-issue.ts";
import { memory } from "./memory.ts";
import { dispatchByProcesses, issueByProcesses } from "./processes.ts";
import { receipts } from "./receipts.ts";
import { benchmark as sftpLargeFile, delayedBenchmark as sftpLargeFileDelayed } from "./sftp-large-file.ts";
import { benchmark as sftpSmallFiles } from "./sftp-small-files.ts";
import { acceptBesideKannel, acceptBesidePgbench } from "./sms-accept.ts";
import { backlog } from "./sms-backlog.ts";
import { dispatch } from "./sms-dispatch.ts";
import { startup } from "./startup.ts";
import { tableSizes } from "./table-size.ts";

/** All benchmarks, in the order of the report. */
export const benchmarks: Benchmark[] = [
  invoiceIssue,
  invoiceBulk,
  acceptBesidePgbench,
  acceptBesideKannel,
  dispatch,
  backlog,
  receipts,
  httpOverhead,
  startup,
  sftpSmallFiles,
  sftpLargeFile,
  sftpLargeFileDelayed,
  bankFormat,
  dispatchByProcesses,
  issueByProcesses,
  ...tableSizes,
  forgetting,
  memory,
];
