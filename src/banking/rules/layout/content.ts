import type { RecordValues } from "./description.ts";
import type { FileProblem } from "./problem.ts";

/** A record as it was read. */
export interface ParsedRecord {
  /** Number of the record in the file, from 1. */
  record: number;
  values: RecordValues;
  /** The record's own bytes, kept only when a filler is not blank, so that writing it again gives the same bytes. */
  raw?: Uint8Array;
}

/** What a bank file says. An empty file has no header and no details: normal on days without items. */
export interface FileContent {
  header?: ParsedRecord;
  details: ParsedRecord[];
  trailer?: ParsedRecord;
}

/** What is to be written; sequence numbers and control totals are computed wherever the details allow it. */
export interface FileInput {
  header: RecordValues;
  details: readonly RecordValues[];
  /** Amount totals for a layout whose details carry no amounts (a bank's reply). */
  trailer?: RecordValues;
  /** Raw records whose fillers are to be kept, by record number. */
  raw?: ReadonlyMap<number, Uint8Array>;
}

/** Why something cannot be written. `item` counts details from 0; absent for header and trailer. */
export interface EncodeProblem {
  item?: number;
  value: string;
  rule: string;
}

export type EncodeResult =
  | { ok: true; bytes: Uint8Array; recordCount: number; totalAmount: number }
  | { ok: false; problems: EncodeProblem[] };

/** All or nothing: a file with any problem has no content. */
export type DecodeResult = { ok: true; content: FileContent } | { ok: false; problems: FileProblem[] };
