import type { Benchmark } from "./benchmark.ts";
import { httpOverhead } from "./http-overhead.ts";
import { benchmark as invoiceBulk } from "./invoice-bulk.ts";
import { benchmark as invoiceIssue } from "./invoice-issue.ts";
import { startup } from "./startup.ts";

/** All benchmarks, in the order of the report. */
export const benchmarks: Benchmark[] = [invoiceIssue, invoiceBulk, httpOverhead, startup];
