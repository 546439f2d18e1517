import { useEffect } from "react";
import { roleTexts } from "./lib/labels.ts";
import { useLanguagePreference } from "./lib/preferences.ts";
import { useRoute } from "./lib/route.ts";
import { isStaff, type Session, useSession } from "./lib/session.ts";
import { inLanguage, LanguageContext, useLanguage, useWords, type Words } from "./lib/words.tsx";
import { Rail } from "./rail.tsx";
import { PageHead } from "./ui/layout.tsx";
import { useAttention } from "./views/attention/use-attention.ts";
import { SignIn } from "./views/sign-in.tsx";
import { viewNamed } from "./views.ts";

const words = {
  skip: ["跳到內容", "Skip to the content"],
  unknownView: ["沒有這個頁面", "There is no such page"],
  noRights: ["您的角色不能使用主控台", "Your role may not use the console"],
  noRightsLead: [
    "已登入為 {subject}，角色 {role}。主控台供內勤與主管使用；請登出後改用其他帳號。",
    "You are signed in as {subject} with the role {role}. The console is for office staff and managers; sign out and use another account.",
  ],
} satisfies Words;

/** The console: the door, or the frame with the view that the address names. */
export function App() {
  const [language] = useLanguagePreference();
  const session = useSession();
  return <LanguageContext value={language}>{session ? <Frame session={session} /> : <SignIn />}</LanguageContext>;
}

function Frame({ session }: { session: Session }) {
  const t = useWords(words);
  const allowed = isStaff(session.role);
  return (
    <>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <div className="frame">{allowed ? <StaffFrame session={session} /> : <NoRights session={session} />}</div>
    </>
  );
}

function StaffFrame({ session }: { session: Session }) {
  const t = useWords(words);
  const route = useRoute();
  const attention = useAttention();
  const view = viewNamed(route.view);
  const place = `${route.view}/${route.id ?? ""}`;
  // Whoever moves by keyboard or by ear begins at the heading of the new view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place moves the focus, nothing else does
  useEffect(() => {
    if (location.hash !== "#content") document.querySelector("h1")?.focus();
    document.title = `${document.querySelector("h1")?.textContent ?? ""} · 幸福氣`;
    scrollTo(0, 0);
  }, [place]);
  const View = view?.component;
  return (
    <>
      <Rail session={session} current={route.view} attentionCount={attention.data?.count} />
      <main id="content">
        <div className="view" key={place}>
          {View ? (
            <View route={route} session={session} attention={attention} />
          ) : (
            <PageHead title={t("unknownView")} />
          )}
        </div>
      </main>
    </>
  );
}

function NoRights({ session }: { session: Session }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <>
      <Rail session={session} current="" attentionCount={undefined} />
      <main id="content">
        <PageHead
          title={t("noRights")}
          lead={t("noRightsLead", { subject: session.subject, role: inLanguage(language, roleTexts[session.role]) })}
        />
      </main>
    </>
  );
}
