import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { bankKeys, type SecretName } from "../../../src/platform/secrets.ts";
import { connectorDefinitions } from "../../../src/sms/connectors/registry.ts";
import * as checks from "./checks.ts";
import { bankingContent, einvoiceContent, smsContent } from "./content-schemas.ts";
import { sshKeyProblem } from "./ssh-key.ts";

export type Answers = Record<string, string>;

/** One question to the operator. */
export interface Field {
  /** Key in the content of the secret. */
  name: string;
  question: string;
  /** Not shown while typed. */
  hidden: boolean;
  /** Ends with a line of a single dot. */
  multiline?: boolean;
  /** An empty answer leaves it out. */
  optional?: boolean;
  /** Makes a value for the answer `generate`. */
  generate?(): string;
  /** Asked only when this holds for the answers before it. */
  when?(answers: Answers): boolean;
  check: z.ZodType<unknown, string>;
}

/** A secret: one text, or a JSON object that is put together from single questions. */
export type SecretDefinition = { name: SecretName; title: string } & (
  | { shape: "text"; field: Field }
  | { shape: "object"; fields: Field[]; content: z.ZodType<Record<string, unknown>> }
);

const randomText = (bytes: number) => () => randomBytes(bytes).toString("base64url");

const text = (name: SecretName, title: string, field: Omit<Field, "name" | "hidden">): SecretDefinition => ({
  name,
  title,
  shape: "text",
  field: { name: "value", hidden: true, ...field },
});

const general: SecretDefinition[] = [
  text("database-password", "password of the PostgreSQL user", { question: "password", check: checks.password }),
  text("jwt-secret-key", "key that signs the bearer tokens, shared with LuckyGas's back end", {
    question: "key, at least 32 bytes",
    check: checks.jwtKey,
    generate: randomText(48),
  }),
  text("first-superuser-password", "password of the first login to the console", {
    question: "password, at least 12 characters",
    check: checks.superuserPassword,
    generate: randomText(18),
  }),
];

const einvoice: SecretDefinition[] = [
  {
    name: "einvoice-api-credentials",
    title: "account of the e-invoice platform",
    shape: "object",
    content: einvoiceContent,
    fields: [
      { name: "app_id", question: "app_id", hidden: false, check: checks.userName },
      { name: "api_key", question: "api_key", hidden: true, check: checks.password },
      {
        name: "qr_aes_key",
        question: "qr_aes_key, 32 hexadecimal digits",
        hidden: true,
        optional: true,
        check: checks.qrAesKey,
      },
    ],
  },
  text("einvoice-certificate", "certificate of the seller, PEM, with its issuers if any", {
    question: "certificate",
    multiline: true,
    check: checks.certificate,
  }),
  text("einvoice-private-key", "private key of that certificate, PEM, not encrypted", {
    question: "private key",
    multiline: true,
    check: checks.privateKey,
  }),
];

const isEncrypted = ({ sftp_private_key: key }: Answers) =>
  key !== undefined && sshKeyProblem(key) === "needs_passphrase";

const banking = bankKeys.map(
  (bank): SecretDefinition => ({
    name: `banking-${bank}-credentials`,
    title: `SFTP account at the bank ${bank}`,
    shape: "object",
    content: bankingContent,
    fields: [
      { name: "sftp_username", question: "user name", hidden: false, check: checks.userName },
      {
        name: "sftp_host",
        question: "host (empty: as in the table bank_configurations)",
        hidden: false,
        optional: true,
        check: checks.hostName,
      },
      {
        name: "sftp_port",
        question: "port (empty: as in the table)",
        hidden: false,
        optional: true,
        check: checks.portText,
      },
      { name: "sftp_password", question: "password", hidden: true, optional: true, check: checks.password },
      {
        name: "sftp_private_key",
        question: "SSH private key",
        hidden: true,
        multiline: true,
        optional: true,
        check: checks.sshPrivateKey,
      },
      {
        name: "sftp_passphrase",
        question: "passphrase of that key",
        hidden: true,
        check: checks.password,
        when: isEncrypted,
      },
    ],
  }),
);

const smsFields = (provider: string): Field[] => {
  const isTwilio = provider === "twilio";
  const account: Field[] = [
    {
      name: "username",
      question: isTwilio ? "account SID" : "user name",
      hidden: false,
      check: isTwilio ? checks.twilioAccountSid : checks.userName,
    },
    { name: "password", question: isTwilio ? "auth token" : "password", hidden: true, check: checks.password },
    { name: "api_url", question: "base address of the API, https://…", hidden: false, check: checks.apiUrl },
  ];
  const callbackToken: Field = {
    name: "callback_token",
    question: "token of the receipts' address (empty: no receipts)",
    hidden: true,
    optional: true,
    check: checks.callbackToken,
    generate: randomText(32),
  };
  const from: Field = {
    name: "from",
    question: "sender number or name",
    hidden: false,
    optional: true,
    check: checks.senderId,
  };
  // Twilio signs its receipts; the others need a secret in the address.
  return isTwilio ? [...account, from] : [...account, callbackToken, from];
};

const sms = connectorDefinitions.map(
  ({ provider }): SecretDefinition => ({
    name: `sms-${provider}-credentials`,
    title: `account at the SMS provider ${provider}`,
    shape: "object",
    content: smsContent(provider),
    fields: smsFields(provider),
  }),
);

/** Every secret of the gateway, in the order in which they are asked for. */
export const catalog: readonly SecretDefinition[] = [...general, ...einvoice, ...banking, ...sms];
