/** One thing that is wrong in a bank file or in what is to be written into one. Positions count from 1. */
export interface FileProblem {
  record?: number;
  column?: number;
  /** The field, by the gateway's name of its value where it has one. */
  field?: string;
  rule: string;
}

/** Problems are listed up to this number; a file that is wrong everywhere is not told a thousand times. */
export const problemsMax = 100;
