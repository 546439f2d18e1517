import { z } from "zod";
import { certificateBlocks, certificateProblem, privateKeyBlock, privateKeyProblem } from "./certificate.ts";
import { sshKeyProblem } from "./ssh-key.ts";

/** Secret Manager takes at most 64 KiB per version. */
export const CONTENT_BYTES_MAX = 65_536;

/** `jwt-secret-key` signs HS256: RFC 7518 section 3.2 asks for 256 bits. */
const JWT_KEY_BYTES_MIN = 32;
const SUPERUSER_PASSWORD_CHARACTERS_MIN = 12;

const oneLine = (charactersMax: number) =>
  z
    .string()
    .min(1, "must not be empty")
    .max(charactersMax, `must have at most ${charactersMax} characters`)
    .refine((text) => !/\p{Cc}/u.test(text), "must have no line ends, tabs or other control characters")
    .refine((text) => text === text.trim(), "must not begin or end with a space");

export const password = oneLine(500);
export const userName = oneLine(200);
export const jwtKey = oneLine(1_000).refine(
  (text) => Buffer.byteLength(text) >= JWT_KEY_BYTES_MIN,
  `must have at least ${JWT_KEY_BYTES_MIN} bytes`,
);
export const superuserPassword = oneLine(200).min(
  SUPERUSER_PASSWORD_CHARACTERS_MIN,
  `must have at least ${SUPERUSER_PASSWORD_CHARACTERS_MIN} characters`,
);
export const qrAesKey = z.string().regex(/^[0-9A-Fa-f]{32}$/, "must be 32 hexadecimal digits");
export const hostName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, "must be a host name or an IPv4 address");
export const portText = z
  .string("must be a port number, 1 to 65535")
  .regex(/^\d{1,5}$/, "must be a port number, 1 to 65535")
  .transform(Number)
  .refine((port) => port >= 1 && port <= 65_535, "must be a port number, 1 to 65535");
export const apiUrl = z
  .url({ protocol: /^https$/, error: "must be an https address" })
  .refine((text) => !/[?#@]/.test(text), "must have no user name, query or fragment")
  .transform((text) => text.replace(/\/+$/, ""));
export const callbackToken = z.string().regex(/^[A-Za-z0-9_-]{22,128}$/, "must be 22 to 128 letters, digits, _ or -");
export const twilioAccountSid = z
  .string()
  .regex(/^AC[0-9a-fA-F]{32}$/, "must be an account SID: AC and 32 hexadecimal digits");
export const senderId = oneLine(50);

/** The text is checked as it was given and kept as `normalise` makes it. */
const pemText = (problemOf: (text: string) => string | undefined, normalise: (text: string) => string) =>
  z
    .string()
    .superRefine((text, context) => {
      const problem = problemOf(text);
      if (problem) context.addIssue({ code: "custom", message: problem });
    })
    .transform(normalise);

export const certificate = pemText(certificateProblem, certificateBlocks);
export const privateKey = pemText(privateKeyProblem, privateKeyBlock);
/** Whether it opens is seen with its passphrase, by the schema of the whole secret. */
export const sshPrivateKey = pemText(
  (text) => {
    const problem = sshKeyProblem(text.trim());
    return problem === "needs_passphrase" ? undefined : problem;
  },
  (text) => text.replace(/\r\n?/g, "\n").trim(),
);
