import { type Role, roles } from "@luckygas/gateway-client";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Caller } from "./rpc.ts";
import { Secret } from "./secret.ts";
import { fixedKeys, type SigningKeys } from "./signing-keys.ts";

const ALGORITHM = "HS256";
const CLOCK_TOLERANCE_SECONDS = 5;
const CACHE_MS = 60_000;
const CACHED_TOKENS_MAX = 10_000;
/** RFC 7518 section 3.2: a key of HS256 has at least 256 bits. */
export const JWT_KEY_BYTES_MIN = 32;

export type TokenProblem = "malformed" | "expired" | "claims";

export interface Authenticator {
  /** The caller of a bearer token, or why it is not accepted. */
  authenticate(token: string): Promise<Caller | TokenProblem>;
}

/** A subject is stored and logged: no control characters, no halves of surrogate pairs. */
const subjectSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u);
const claimsSchema = z.object({ sub: subjectSchema, role: z.enum(roles), exp: z.number() });

interface Verified {
  caller: Caller;
  /** Milliseconds. */
  expiresAt: number;
}

export interface AuthenticatorOptions {
  /** One key, or keys that change while the gateway runs. A token signed with any accepted one is valid. */
  key: Secret | SigningKeys;
  clock: Clock;
  /** Checked only where given. */
  issuer?: string;
  audience?: string;
}

/** Verifies HS256 tokens, under whichever accepted key, and remembers each verified one for at most a minute and never beyond its expiry. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const keys = options.key instanceof Secret ? fixedKeys(options.key) : options.key;
  // By the token itself: a hash of it would cost more than all else here, and the request holds it in memory anyway.
  const verified = new Map<string, { caller: Caller; until: number }>();

  async function verifyWith(key: Secret, token: string): Promise<Verified | TokenProblem> {
    try {
      const { payload } = await jwtVerify(token, bytesOf(key), {
        algorithms: [ALGORITHM],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: options.clock.now(),
        ...(options.issuer && { issuer: options.issuer }),
        ...(options.audience && { audience: options.audience }),
      });
      const claims = claimsSchema.safeParse(payload);
      if (!claims.success) return "claims";
      const { sub, role, exp } = claims.data;
      return { caller: { subject: sub, role }, expiresAt: exp * 1000 };
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ERR_JWT_EXPIRED") return "expired";
      return code === "ERR_JWT_CLAIM_VALIDATION_FAILED" ? "claims" : "malformed";
    }
  }

  async function verify(token: string): Promise<Verified | TokenProblem> {
    let result: Verified | TokenProblem = "malformed";
    for (const key of keys.accepted()) {
      result = await verifyWith(key, token);
      // Anything but a wrong signature is the same under every key.
      if (result !== "malformed") return result;
    }
    return result;
  }

  return {
    authenticate: async (token) => {
      const now = options.clock.now().getTime();
      const known = verified.get(token);
      if (known && known.until > now) return known.caller;
      verified.delete(token);
      const result = await verify(token);
      if (typeof result === "string") return result;
      if (verified.size >= CACHED_TOKENS_MAX) forgetOldest(verified);
      verified.set(token, { caller: result.caller, until: Math.min(result.expiresAt, now + CACHE_MS) });
      return result.caller;
    },
  };
}

function bytesOf(key: Secret): Uint8Array {
  return new TextEncoder().encode(key.reveal());
}

function forgetOldest(cache: Map<string, unknown>): void {
  for (const token of cache.keys()) {
    cache.delete(token);
    return;
  }
}

export interface TokenRequest {
  subject: string;
  role: Role;
  validForSeconds: number;
  issuer?: string;
  audience?: string;
}

/** Signs a token as LuckyGas's back end does. For development and for `system.login`. */
export async function mintToken(key: Secret, request: TokenRequest, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const token = new SignJWT({ role: request.role })
    .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
    .setSubject(request.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + request.validForSeconds);
  if (request.issuer) token.setIssuer(request.issuer);
  if (request.audience) token.setAudience(request.audience);
  return token.sign(bytesOf(key));
}
