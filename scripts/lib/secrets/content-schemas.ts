import { z } from "zod";
import * as checks from "./checks.ts";
import { sshKeyProblem } from "./ssh-key.ts";

/** Content of `einvoice-api-credentials`. */
export const einvoiceContent = z.strictObject({
  app_id: checks.userName,
  api_key: checks.password,
  qr_aes_key: checks.qrAesKey.optional(),
});

/** A number in JSON; a text when it was asked for. */
const portNumber = z.preprocess((port) => (typeof port === "number" ? String(port) : port), checks.portText);

/** Content of `banking-<bank>-credentials`. The bank is entered with a password, a key or both. */
export const bankingContent = z
  .strictObject({
    sftp_username: checks.userName,
    sftp_host: checks.hostName.optional(),
    sftp_port: portNumber.optional(),
    sftp_password: checks.password.optional(),
    sftp_private_key: checks.sshPrivateKey.optional(),
    sftp_passphrase: checks.password.optional(),
  })
  .superRefine(({ sftp_password, sftp_private_key: key, sftp_passphrase: passphrase }, context) => {
    const problem = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (sftp_password === undefined && key === undefined) {
      problem("sftp_password", "is needed where there is no sftp_private_key");
    }
    if (key === undefined) {
      if (passphrase !== undefined) problem("sftp_passphrase", "is there without sftp_private_key");
      return;
    }
    const keyProblem = sshKeyProblem(key, passphrase);
    if (keyProblem === "needs_passphrase") problem("sftp_passphrase", "is needed: the key is encrypted");
    else if (keyProblem) problem("sftp_private_key", keyProblem);
  });

/** Content of `sms-<provider>-credentials`. */
export const smsContent = (provider: string) =>
  z.strictObject({
    username: provider === "twilio" ? checks.twilioAccountSid : checks.userName,
    password: checks.password,
    api_url: checks.apiUrl,
    callback_token: checks.callbackToken.optional(),
    from: checks.senderId.optional(),
  });
