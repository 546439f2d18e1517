import { expect, test } from "bun:test";
import { findLinks, isApproved, parseLink } from "../../../../src/sms/rules/links.ts";

const found: [string, string[]][] = [
  ["請看 https://gas.example.tw/pay?id=1。", ["url gas.example.tw/pay?id=1"]],
  ["gas.example.tw", ["url gas.example.tw"]],
  ["HTTPS://Gas.Example.TW:443/Pay/", ["url gas.example.tw/Pay"]],
  ["ｇａｓ．ｅｘａｍｐｌｅ．ｔｗ／ｐａｙ", ["url gas.example.tw/pay"]],
  ["gas。example。tw", ["url gas.example.tw"]],
  ["gas\u200b.exam\u00adple.tw", ["url gas.example.tw"]],
  ["瓦斯.tw 找我", ["url 瓦斯.tw"]],
  ["http://203.0.113.7/x", ["url 203.0.113.7/x"]],
  ["line.me/ti/p/abc 和 bit.ly/2", ["url line.me/ti/p/abc", "url bit.ly/2"]],
  ["電話 02-2345-6789", ["phone 0223456789"]],
  ["(02) 2345 6789", ["phone 0223456789"]],
  ["０９１２－３４５－６７８", ["phone 0912345678"]],
  ["+886 912 345 678", ["phone 0912345678"]],
  ["客服 0800-123-456 或 0912345678", ["phone 0800123456", "phone 0912345678"]],
  ["09\u200b12345678", ["phone 0912345678"]],
];
test.each(found)("%p has %p", (text, links) => {
  expect(findLinks(text).map(({ kind, value }) => `${kind} ${value}`)).toEqual(links);
});

const plain = [
  "【幸福氣】您的訂單 LG20251124001 已確認，預計配送時間：11/24 14:00-16:00",
  "您的訂單已送達。Thank you",
  "驗證碼 082913，5 分鐘內有效",
  "尚有 NT$1,380.50 待付款",
  "版本 1.2.3.4 於 2025.01.20",
  "訂單 20250115-0042",
  "06-11 14:00 至 16:00",
];
test.each(plain)("%p has none", (text) => {
  expect(findLinks(text)).toEqual([]);
});

test("approval is exact, or for what is below a path; of one provider or of all", () => {
  const link = (text: string) => parseLink("url", text) ?? { kind: "url" as const, value: "" };
  const exact = { ...link("https://gas.example.tw/pay"), provider: "", matchesBelow: false };
  const below = { ...link("gas.example.tw/pay/"), provider: "mitake", matchesBelow: true };
  expect(isApproved(link("gas.example.tw/pay"), [exact], "every8d")).toBe(true);
  expect(isApproved(link("gas.example.tw/pay/1"), [exact], "every8d")).toBe(false);
  expect(isApproved(link("gas.example.tw/pay/1"), [below], "mitake")).toBe(true);
  expect(isApproved(link("gas.example.tw/payback"), [below], "mitake")).toBe(false);
  expect(isApproved(link("gas.example.tw/pay"), [below], "every8d")).toBe(false);
  expect(isApproved(link("gas.example.tw.evil.tw/pay"), [exact, below], "mitake")).toBe(false);
  expect(isApproved({ kind: "phone", value: "0223456789" }, [exact], "mitake")).toBe(false);
});

test("what is entered must be one link of its kind", () => {
  expect(parseLink("url", "0223456789")).toBeUndefined();
  expect(parseLink("phone", "gas.example.tw")).toBeUndefined();
  expect(parseLink("url", "a.example.tw b.example.tw")).toBeUndefined();
  expect(parseLink("phone", "+886-2-2345-6789")).toEqual({ kind: "phone", value: "0223456789" });
});
