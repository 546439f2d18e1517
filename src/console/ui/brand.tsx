import { useWords, type Words } from "../lib/words.tsx";

const words = {
  name: ["幸福氣", "LuckyGas"],
  product: ["整合閘道", "Integration gateway"],
} satisfies Words;

export function Brand() {
  const t = useWords(words);
  return (
    <div className="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path
          d="M16 1c2 5.400 8.500 8.600 8.500 16.300A8.500 8.500 0 0 1 16 26a8.500 8.500 0 0 1-8.500-8.700c0-4.100 2.300-6.500 4-8.800.5 2.100 1.300 3.300 2.500 4.100C13.800 8.800 14.500 4.800 16 1Z"
          fill="#3f9fe8"
        />
        <path
          d="M16 14c1.100 2.800 3.800 4 3.800 7.200a3.800 3.800 0 0 1-7.600 0c0-3.200 2.700-4.400 3.800-7.200Z"
          fill="#ffb347"
        />
        <rect x="8" y="28" width="16" height="2.500" rx="1.250" fill="#8aa6bf" />
      </svg>
      <div>
        <strong>{t("name")}</strong>
        <span>{t("product")}</span>
      </div>
    </div>
  );
}
