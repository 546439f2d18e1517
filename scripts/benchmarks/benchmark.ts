/** One figure of the gateway beside its yardstick, measured alternately in the same run. */
export interface Figure {
  /** Ours, in `unit`. */
  value: number;
  yardstickValue: number;
}

export interface Benchmark {
  /** As given on the command line. */
  name: string;
  /** What `value` counts, e.g. `invoices/s`. */
  unit: string;
  /** Whether more or less is better; the ratio is always "how many times better than the yardstick". */
  better: "more" | "less";
  /** What it is measured against, in words. */
  yardstick: string;
  /** The least ratio that is accepted. */
  target: number;
  /** Most rounds that are run, for one whose round takes very long. */
  roundsMax?: number;
  /**
   * Prepares once, then measures ours and the yardstick once per call of `measure`. Throws `Unavailable` when a program
   * of the yardstick is not installed.
   */
  prepare(): Promise<{ measure(): Promise<Figure>; close(): Promise<void> }>;
}

/** The yardstick's program is missing; the message names the package. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** A line of the report. `ratio` at least `target` means reached. */
export interface BenchmarkResult {
  name: string;
  value: number;
  unit: string;
  yardstick: string;
  yardstickValue: number;
  ratio: number;
  target: number;
}
