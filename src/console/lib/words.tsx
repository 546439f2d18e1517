import { createContext, use } from "react";

export type Language = "zh" | "en";
/** A text in both languages: Traditional Chinese, English. */
export type Text = readonly [zh: string, en: string];
export type Words = Record<string, Text>;

export const LanguageContext = createContext<Language>("zh");

export const useLanguage = (): Language => use(LanguageContext);

export const inLanguage = (language: Language, [zh, en]: Text): string => (language === "zh" ? zh : en);

/** A function that gives the text of a key in the reader's language; `{name}` in it is replaced. */
export function useWords<W extends Words>(
  words: W,
): (key: keyof W, values?: Record<string, string | number>) => string {
  const language = useLanguage();
  return (key, values = {}) => {
    const text = words[key];
    if (!text) return String(key);
    return inLanguage(language, text).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}
