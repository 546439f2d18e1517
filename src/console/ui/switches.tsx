import { type Theme, useLanguagePreference, useThemePreference } from "../lib/preferences.ts";
import { useWords, type Words } from "../lib/words.tsx";

const words = {
  language: ["語言", "Language"],
  theme: ["外觀", "Appearance"],
  system: ["自動", "Auto"],
  light: ["亮", "Light"],
  dark: ["暗", "Dark"],
} satisfies Words;

const themes: Theme[] = ["system", "light", "dark"];

/** Language and appearance. Remembered by this browser. */
export function Switches() {
  const t = useWords(words);
  const [language, setLanguage] = useLanguagePreference();
  const [theme, setTheme] = useThemePreference();
  return (
    <div className="switches">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that shows */}
      <div className="segments" role="group" aria-label={t("language")}>
        <button type="button" lang="zh-Hant-TW" aria-pressed={language === "zh"} onClick={() => setLanguage("zh")}>
          中文
        </button>
        <button type="button" lang="en" aria-pressed={language === "en"} onClick={() => setLanguage("en")}>
          EN
        </button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div className="segments" role="group" aria-label={t("theme")}>
        {themes.map((name) => (
          <button key={name} type="button" aria-pressed={theme === name} onClick={() => setTheme(name)}>
            {t(name)}
          </button>
        ))}
      </div>
    </div>
  );
}
