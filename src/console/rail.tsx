import { useEffect, useState } from "react";
import { roleTexts } from "./lib/labels.ts";
import { addressOf } from "./lib/route.ts";
import { endSession, type Session } from "./lib/session.ts";
import { inLanguage, useLanguage, useWords, type Words } from "./lib/words.tsx";
import { Brand } from "./ui/brand.tsx";
import { Switches } from "./ui/switches.tsx";
import { views } from "./views.ts";

const words = {
  menu: ["選單", "Menu"],
  navigation: ["主選單", "Main"],
  signOut: ["登出", "Sign out"],
  waiting: ["{count} 件待處理", "{count} waiting"],
} satisfies Words;

interface RailProps {
  session: Session;
  current: string;
  attentionCount: number | undefined;
}

/** Where one can go, who is signed in, and how the page looks. On a narrow screen it folds under a menu button. */
export function Rail({ session, current, attentionCount }: RailProps) {
  const t = useWords(words);
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the menu
  useEffect(() => setOpen(false), [current]);
  return (
    <header className={open ? "rail open" : "rail"}>
      <Brand />
      <button type="button" className="menu-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("menu")}
        {attentionCount ? <Count count={attentionCount} /> : null}
      </button>
      <nav aria-label={t("navigation")}>
        <ul>
          {views
            .filter((view) => view.allowed(session))
            .map(({ name, title }) => (
              <li key={name}>
                <a href={addressOf(name)} aria-current={name === current ? "page" : undefined}>
                  {inLanguage(language, title)}
                  {name === "attention" && attentionCount ? <Count count={attentionCount} /> : null}
                </a>
              </li>
            ))}
        </ul>
      </nav>
      <div className="rail-foot">
        <p className="who">
          <strong>{session.subject}</strong>
          {inLanguage(language, roleTexts[session.role])}
        </p>
        <Switches />
        <button type="button" onClick={() => endSession("left")}>
          {t("signOut")}
        </button>
      </div>
    </header>
  );
}

function Count({ count }: { count: number }) {
  const t = useWords(words);
  return (
    <span className="count">
      <span aria-hidden="true">{count}</span>
      <span className="unseen">{t("waiting", { count })}</span>
    </span>
  );
}
