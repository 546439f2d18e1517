import type { TransferErrorType } from "@luckygas/gateway-client";
import type { TransferStep } from "../port.ts";
import { TransferFault } from "./errors.ts";

export type OnStep = (step: TransferStep) => void;

/** Runs one step and tells how it ended, whatever happens. */
export async function tell<T>(
  onStep: OnStep,
  step: string,
  work: () => Promise<T>,
  outcome?: (value: T) => string,
): Promise<T> {
  const at = new Date().toISOString();
  try {
    const value = await work();
    onStep({ step, at, outcome: outcome?.(value) ?? "done" });
    return value;
  } catch (error) {
    onStep({
      step,
      at,
      outcome: error instanceof TransferFault ? error.message : "interrupted by a fault of the gateway",
    });
    throw error;
  }
}

export const pathOf = (folder: string, name: string): string => `${folder.replace(/\/+$/, "")}/${name}`;

export const errorTypeOf = (error: unknown): TransferErrorType =>
  error instanceof TransferFault ? error.errorType : "other";
