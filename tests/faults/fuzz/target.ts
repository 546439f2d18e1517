import { OperationError } from "../../../src/platform/errors.ts";

/** A reader of outside bytes. */
export interface FuzzTarget {
  name: string;
  /** Good inputs, from which bad ones are made. */
  seeds: Uint8Array[];
  /** Longest input that reaches the reader in the gateway, in bytes. */
  bytesMax: number;
  /**
   * Reads as the gateway does. Tells what is wrong with what was accepted, or nothing. It may throw only the refusal that
   * its callers expect, an `OperationError`.
   */
  read(bytes: Uint8Array): string | undefined | Promise<string | undefined>;
}

/** What a reader did wrong with an input, if anything. */
export async function faultOf(target: FuzzTarget, bytes: Uint8Array): Promise<string | undefined> {
  try {
    return await target.read(bytes);
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    return `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

/** A text as the gateway takes it from the wire: bytes that are not UTF-8 become replacement characters. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytesOf = (...texts: string[]): Uint8Array[] => texts.map((text) => new TextEncoder().encode(text));

export function isWhole(value: unknown, max = Number.MAX_SAFE_INTEGER): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= max;
}
