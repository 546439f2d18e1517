import { createFaultQueue, type FaultQueue } from "../faults.ts";

/** Requests of the bank's server, by the name under which a fault strikes them. */
export type BankOperation =
  | "connect"
  | "auth"
  | "subsystem"
  | "init"
  | "realpath"
  | "lstat"
  | "stat"
  | "fstat"
  | "open_write"
  | "open_read"
  | "write"
  | "read"
  | "fsync"
  | "close_write"
  | "close_read"
  | "rename"
  | "remove"
  | "opendir"
  | "readdir";

/** How the bank's server is told to misbehave at one request. */
export interface BankFault {
  operation: BankOperation | "*";
  /**
   * `drop_before` and `drop_after` cut the connection before and after acting, without an answer. `status` answers a failure
   * without acting, `status_after` acts and answers a failure. `hang` and `hang_after` never answer again on this channel.
   * `flip` changes one bit of what is stored (`write`) or returned (`read`). `half` makes the second name of a rename,
   * leaves the first and cuts the connection, as a server does that crashes between link and unlink. `delay` answers late, after `delayMs` or
   * when `halt` is done.
   * `halt_before` and `halt_after` call `halt` before and after acting, and cut the connection when it is done.
   */
  kind:
    | "drop_before"
    | "drop_after"
    | "status"
    | "status_after"
    | "hang"
    | "hang_after"
    | "flip"
    | "half"
    | "delay"
    | "halt_before"
    | "halt_after";
  /** SFTP status of a failure; default 4, FAILURE. */
  status?: number;
  delayMs?: number;
  /** What happens at this very request, e.g. the death of whoever made it. */
  halt?(): Promise<void>;
  /** How often it strikes; default once. */
  times?: number;
  /** How many matching requests pass unharmed before; default none. */
  skip?: number;
}

export interface BankFaults extends FaultQueue<BankFault> {
  take(operation: BankOperation): BankFault | undefined;
}

export const createBankFaults = (): BankFaults => createFaultQueue<BankFault>();
