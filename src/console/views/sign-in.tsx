import { createGatewayClient } from "@luckygas/gateway-client/client";
import { type FormEvent, useState } from "react";
import { gateway } from "../lib/gateway.ts";
import { type Session, signedOutReason, startSession } from "../lib/session.ts";
import { useWords, type Words } from "../lib/words.tsx";
import { Failure } from "../ui/asked.tsx";
import { Brand } from "../ui/brand.tsx";
import { Field, type FieldSpec, valuesOf } from "../ui/fields.tsx";
import { Switches } from "../ui/switches.tsx";

const words = {
  title: ["登入主控台", "Sign in to the console"],
  expired: [
    "登入已過期，請重新登入；未送出的操作沒有執行。",
    "Your session has ended. Sign in again; what was not sent was not done.",
  ],
  left: ["您已登出。", "You have signed out."],
  username: ["帳號", "User name"],
  password: ["密碼", "Password"],
  signIn: ["登入", "Sign in"],
  byToken: ["改用存取權杖登入", "Sign in with a bearer token instead"],
  byPassword: ["改用帳號密碼登入", "Sign in with name and password instead"],
  token: ["存取權杖", "Bearer token"],
  tokenHint: [
    "由幸福氣後台簽發，代表您本人的帳號與角色。只存在這個分頁，關閉分頁即清除。",
    "Issued by LuckyGas's back end for your own account and role. Kept in this tab only, gone when it closes.",
  ],
  busy: ["登入中…", "Signing in…"],
} satisfies Words;

/** The door: by name and password, or by a token of the back end. */
export function SignIn() {
  const t = useWords(words);
  const [byToken, setByToken] = useState(false);
  const reason = signedOutReason();
  return (
    <div className="door">
      <main>
        <Brand />
        <h1>{t("title")}</h1>
        {reason && (
          <p className={reason === "expired" ? "notice warn" : "notice"} role="status">
            {t(reason)}
          </p>
        )}
        {byToken ? (
          <SignInForm key="token" fields={tokenFields(t)} signIn={signInByToken} />
        ) : (
          <SignInForm key="password" fields={passwordFields(t)} signIn={signInByPassword} />
        )}
        <button type="button" onClick={() => setByToken(!byToken)}>
          {t(byToken ? "byPassword" : "byToken")}
        </button>
        <Switches />
      </main>
    </div>
  );
}

type Say = (key: keyof typeof words) => string;

const tokenFields = (t: Say): FieldSpec[] => [
  { kind: "password", name: "token", label: t("token"), hint: t("tokenHint"), required: true },
];
const passwordFields = (t: Say): FieldSpec[] => [
  { kind: "text", name: "username", label: t("username"), required: true, autoComplete: "username" },
  { kind: "password", name: "password", label: t("password"), required: true, autoComplete: "current-password" },
];

async function signInByPassword({ username = "", password = "" }: Record<string, string>): Promise<Session> {
  return gateway.system.login.mutate({ username, password });
}

async function signInByToken({ token = "" }: Record<string, string>): Promise<Session> {
  const pasted = token.trim().replace(/^Bearer\s+/i, "");
  const client = createGatewayClient({ url: location.origin, token: pasted, retry: { attemptsMax: 1 } });
  return { token: pasted, ...(await client.system.whoAmI.query()) };
}

interface SignInFormProps {
  fields: FieldSpec[];
  signIn(values: Record<string, string>): Promise<Session>;
}

function SignInForm({ fields, signIn }: SignInFormProps) {
  const t = useWords(words);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      startSession(await signIn(valuesOf(event.currentTarget)));
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={submit}>
      {fields.map((field) => (
        <Field key={field.name} field={field} />
      ))}
      {error !== undefined && <Failure error={error} />}
      <button type="submit" className="main" disabled={busy}>
        {t(busy ? "busy" : "signIn")}
      </button>
    </form>
  );
}
