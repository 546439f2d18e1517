import { type FormEvent, useState } from "react";
import { endIfSignedOut } from "./use-query.ts";

export interface Submission {
  busy: boolean;
  error: unknown;
  submit(event: FormEvent<HTMLFormElement>): Promise<void>;
}

/**
 * What a form does when it is sent. The idempotency key lives as long as the form, so that a second press repeats the same
 * act; after success it stays busy, for the page that follows.
 */
export function useSubmit(act: (form: HTMLFormElement, idempotencyKey: string) => Promise<unknown>): Submission {
  const [key] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await act(event.currentTarget, key);
    } catch (failure) {
      endIfSignedOut(failure);
      setError(failure);
      setBusy(false);
    }
  };
  return { busy, error, submit };
}
