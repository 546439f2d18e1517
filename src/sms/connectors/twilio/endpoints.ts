const account = (sid: string) => `/2010-04-01/Accounts/${encodeURIComponent(sid)}`;

/** Addresses of Twilio's Messages resource (API 2010-04-01) below the host. */
export const endpoints = {
  messages: (accountSid: string) => `${account(accountSid)}/Messages.json`,
  message: (accountSid: string, messageSid: string) =>
    `${account(accountSid)}/Messages/${encodeURIComponent(messageSid)}.json`,
} as const;
