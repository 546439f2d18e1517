import { createMessage, decryptKey, encrypt, type PrivateKey, readKey, readPrivateKey } from "openpgp";

export interface OpenPgpKeys {
  /** Armored key of the bank. */
  publicKey: string;
  /** Armored key that signs; absent: the file is encrypted alone. */
  privateKey?: string | undefined;
  passphrase?: string | undefined;
}

export type SealedMessage = { ok: true; bytes: Uint8Array } | { ok: false; problem: string };

/**
 * Signs, then encrypts (RFC 9580, section 11.3) to binary packets. Messages of the library are kept out of the problem,
 * which may be shown.
 */
export async function signAndEncrypt(bytes: Uint8Array, keys: OpenPgpKeys): Promise<SealedMessage> {
  const encryptionKey = await readKey({ armoredKey: keys.publicKey }).catch(() => undefined);
  if (!encryptionKey || encryptionKey.isPrivate())
    return { ok: false, problem: "pgp_public_key is no public OpenPGP key" };
  const signingKey = keys.privateKey === undefined ? undefined : await openKey(keys.privateKey, keys.passphrase);
  if (signingKey === null) return { ok: false, problem: "pgp_private_key or its passphrase cannot be used" };
  try {
    const encrypted = await encrypt({
      message: await createMessage({ binary: bytes }),
      encryptionKeys: encryptionKey,
      ...(signingKey && { signingKeys: signingKey }),
      format: "binary",
    });
    return { ok: true, bytes: encrypted };
  } catch {
    return { ok: false, problem: "a key has expired or may not be used for this" };
  }
}

async function openKey(armoredKey: string, passphrase: string | undefined): Promise<PrivateKey | null> {
  try {
    const privateKey = await readPrivateKey({ armoredKey });
    if (privateKey.isDecrypted()) return privateKey;
    return await decryptKey({ privateKey, passphrase: passphrase ?? "" });
  } catch {
    return null;
  }
}

/** Whether a text is an armored public key that can be encrypted to. */
export async function isPublicKey(armoredKey: string): Promise<boolean> {
  try {
    const key = await readKey({ armoredKey });
    await key.getEncryptionKey();
    return !key.isPrivate();
  } catch {
    return false;
  }
}
