import { useSyncExternalStore } from "react";
import type { Language } from "./words.tsx";

export type Theme = "system" | "light" | "dark";

const LANGUAGE_KEY = "luckygas-console-language";
const THEME_KEY = "luckygas-console-theme";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function store(key: string, value: string): void {
  localStorage.setItem(key, value);
  applyPreferences();
  for (const listener of listeners) listener();
}

const readLanguage = (): Language => (localStorage.getItem(LANGUAGE_KEY) === "en" ? "en" : "zh");

function readTheme(): Theme {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** Tells the document its language and theme; without a choice the theme is the system's. */
export function applyPreferences(): void {
  const root = document.documentElement;
  root.lang = readLanguage() === "zh" ? "zh-Hant-TW" : "en";
  const theme = readTheme();
  if (theme === "system") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
}

export function useLanguagePreference(): [Language, (language: Language) => void] {
  return [useSyncExternalStore(subscribe, readLanguage), (language) => store(LANGUAGE_KEY, language)];
}

export function useThemePreference(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, readTheme), (theme) => store(THEME_KEY, theme)];
}
