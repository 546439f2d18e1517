/** Clearing codes (金融機構代號, first three digits) of the five banks; other banks name theirs in their configuration. */
export const clearingCodes: Readonly<Record<string, string>> = {
  mega: "017",
  ctbc: "822",
  esun: "808",
  first: "007",
  taishin: "812",
};
