import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { ExponentialBackoff, handleWhen, retry, TimeoutStrategy, timeout, wrap } from "cockatiel";
import { SecretManagerError, type SecretManagerSubject, toSecretManagerError } from "./secret-manager-errors.ts";

export interface SecretManagerLimits {
  /** Of one request, from finding credentials to the last byte. */
  attemptTimeoutMs: number;
  /** Of a call with all its repetitions. */
  callTimeoutMs: number;
  /** Repetitions after the first attempt. */
  retriesMax: number;
  firstBackoffMs: number;
}

export const secretManagerLimits: SecretManagerLimits = {
  attemptTimeoutMs: 4_000,
  callTimeoutMs: 10_000,
  retriesMax: 3,
  firstBackoffMs: 200,
};

const BACKOFF_MS_MAX = 2_000;

/** Options of every request of the client: the repetition is ours, so that it is bounded once. */
export interface RequestOptions {
  timeout: number;
  retry: null;
}

export interface SecretManagerCalls {
  /** For requests that may be repeated. Throws a `SecretManagerError`. */
  repeatable<T>(subject: SecretManagerSubject, request: Request<T>): Promise<T>;
  /** For requests that write: one attempt. `unavailable` then means that nobody knows whether it was applied. */
  once<T>(subject: SecretManagerSubject, request: Request<T>): Promise<T>;
}

type Request<T> = (client: SecretManagerServiceClient, options: RequestOptions) => Promise<T>;

/** Opens the client when it is first needed, and again after it could not sign in; puts a limit on every request. */
export function createSecretManagerCalls(
  openClient: () => Promise<SecretManagerServiceClient>,
  limits: SecretManagerLimits,
): SecretManagerCalls {
  let opened: Promise<SecretManagerServiceClient> | undefined;
  const options: RequestOptions = { timeout: limits.attemptTimeoutMs, retry: null };
  // The client's own deadline does not cover the fetching of a token.
  const attempt = timeout(limits.attemptTimeoutMs, TimeoutStrategy.Aggressive);
  const repeated = wrap(
    timeout(limits.callTimeoutMs, TimeoutStrategy.Aggressive),
    retry(
      handleWhen((error) => error instanceof SecretManagerError && error.reason === "unavailable"),
      {
        maxAttempts: limits.retriesMax,
        backoff: new ExponentialBackoff({ initialDelay: limits.firstBackoffMs, maxDelay: BACKOFF_MS_MAX }),
      },
    ),
  );

  async function client(): Promise<SecretManagerServiceClient> {
    opened ??= openClient();
    const opening = opened;
    try {
      return await opening;
    } catch (error) {
      if (opened === opening) opened = undefined;
      throw error;
    }
  }

  async function once<T>(subject: SecretManagerSubject, request: Request<T>): Promise<T> {
    try {
      return await attempt.execute(async () => request(await client(), options));
    } catch (error) {
      throw toSecretManagerError(error, subject);
    }
  }

  return {
    once,
    repeatable: async (subject, request) => {
      try {
        return await repeated.execute(() => once(subject, request));
      } catch (error) {
        throw toSecretManagerError(error, subject);
      }
    },
  };
}
