import { createHash } from "node:crypto";
import { z } from "zod";
import type { OutboundHosts } from "../../../platform/outbound-hosts.ts";
import { Secret } from "../../../platform/secret.ts";

/** Contents of the secret `banking-<bank>-credentials`. Host and port, where given, win over the bank's row. */
export const credentialsSchema = z.object({
  sftp_username: z.string().min(1),
  sftp_password: z.string().min(1).optional(),
  sftp_host: z.string().min(1).optional(),
  sftp_port: z.coerce.number().int().min(1).max(65535).optional(),
  sftp_private_key: z.string().min(1).optional(),
  sftp_passphrase: z.string().min(1).optional(),
  /** Armored private OpenPGP key that signs payment files, and its passphrase. */
  pgp_private_key: z.string().min(1).optional(),
  pgp_passphrase: z.string().min(1).optional(),
});

export interface SftpTimeouts {
  /** From the first packet to the end of authentication. */
  connectMs: number;
  /** For every single request. */
  requestMs: number;
  keepaliveMs: number;
  /** An unused connection is closed after this time. */
  idleMs: number;
  /** A connection unused for this long is tried before it is given out. */
  validateAfterMs: number;
  /** How long a caller waits for a connection. */
  acquireMs: number;
}

export const defaultTimeouts: SftpTimeouts = {
  connectMs: 30_000,
  requestMs: 30_000,
  keepaliveMs: 30_000,
  idleMs: 60_000,
  validateAfterMs: 5_000,
  acquireMs: 90_000,
};

/** Algorithms of SSH, by what they are for. */
export interface LegacyAlgorithms {
  kex?: string[] | undefined;
  serverHostKey?: string[] | undefined;
  cipher?: string[] | undefined;
  hmac?: string[] | undefined;
}

/** Where and as whom to connect. */
export interface SftpEndpoint {
  host: string;
  port: number;
  username: string;
  password?: Secret;
  privateKey?: Secret;
  passphrase?: Secret;
  /** `SHA256:` and unpadded base64 of the SHA-256 of the host's public key; several while a key is being changed. */
  hostKeyPins: readonly string[];
  /** Networks in which every address of the host must lie; none: any that `outbound` permits. */
  addressAllowList?: readonly string[];
  outbound?: OutboundHosts;
  /** Algorithms that are added for this bank alone. */
  legacyAlgorithms?: LegacyAlgorithms;
  /** Accepts any host key when no pin is set. Never in production. */
  allowUnpinned: boolean;
}

/** Tells endpoints apart without telling what they are: connections to an older one are not used again. */
export function endpointFingerprint(endpoint: SftpEndpoint): string {
  const parts = [
    endpoint.host,
    String(endpoint.port),
    endpoint.username,
    endpoint.password?.reveal() ?? "",
    endpoint.privateKey?.reveal() ?? "",
    endpoint.passphrase?.reveal() ?? "",
    ...endpoint.hostKeyPins,
    ...(endpoint.addressAllowList ?? []),
    JSON.stringify(endpoint.legacyAlgorithms ?? {}),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Puts the secret parts of parsed credentials behind `Secret`. */
export function secretParts(credentials: z.output<typeof credentialsSchema>) {
  const wrap = (text: string | undefined) => (text === undefined ? undefined : new Secret(text));
  const password = wrap(credentials.sftp_password);
  const privateKey = wrap(credentials.sftp_private_key);
  const passphrase = wrap(credentials.sftp_passphrase);
  return {
    username: credentials.sftp_username,
    ...(password && { password }),
    ...(privateKey && { privateKey }),
    ...(passphrase && { passphrase }),
  };
}
