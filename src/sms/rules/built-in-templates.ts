import type { SmsMessageType, SmsPlaceholder } from "@luckygas/gateway-client";

/** One variant of a template, as it can be sent. */
export interface Template {
  code: string;
  variant: string;
  name: string;
  description: string | null;
  content: string;
  placeholders: SmsPlaceholder[];
  messageType: SmsMessageType;
  language: string;
  weight: number;
  isActive: boolean;
}

const text = (name: string, maxLength = 60): SmsPlaceholder => ({ name, type: "text", maxLength });
const minutes: SmsPlaceholder = { name: "eta", type: "integer", min: 1, max: 600 };
const amount: SmsPlaceholder = { name: "amount", type: "integer", min: 1, max: 99_999_999 };

function template(
  code: SmsMessageType,
  name: string,
  content: string,
  placeholders: SmsPlaceholder[],
  variant = "A",
  weight = 100,
): Template {
  return {
    ...{ code, variant, name, description: null, content, placeholders },
    ...{ messageType: code, language: "zh-TW", weight, isActive: true },
  };
}

const ON_ITS_WAY = "【幸福氣】您的瓦斯正在配送中，司機 {driver_name} 預計 {eta} 分鐘後到達";

/** The texts that are there before anybody writes one. A variant of the same code and name in the database replaces its text. */
export const builtInTemplates: readonly Template[] = [
  template(
    "order_confirmation",
    "訂單確認",
    "【幸福氣】訂單確認：您的訂單 {order_id} 已確認，預計送達時間 {delivery_time}",
    [text("order_id", 30), text("delivery_time", 40)],
    "A",
    50,
  ),
  template(
    "order_confirmation",
    "訂單確認（短）",
    "【幸福氣】訂單 {order_id} 確認，預計 {delivery_time} 送達",
    [text("order_id", 30), text("delivery_time", 40)],
    "B",
    50,
  ),
  template("out_for_delivery", "配送中", ON_ITS_WAY, [text("driver_name", 20), minutes]),
  template("delivery_on_way", "配送中", ON_ITS_WAY, [text("driver_name", 20), minutes]),
  template("delivery_arrived", "已到達", "【幸福氣】配送員已到達您的地址，請準備接收瓦斯", []),
  template("delivery_completed", "送達完成", "【幸福氣】您的訂單 {order_number} 已送達完成，感謝您的訂購！", [
    text("order_number", 30),
  ]),
  template("order_cancelled", "訂單取消", "【幸福氣】您的訂單 {order_number} 已取消，如有疑問請聯繫客服", [
    text("order_number", 30),
  ]),
  template(
    "payment_reminder",
    "付款提醒",
    // The dollar sign belongs to the currency, not to the placeholder.
    ["【幸福氣】提醒您，訂單 {order_number} 尚有 NT$", "{amount} 待付款"].join(""),
    [text("order_number", 30), amount],
  ),
  template("urgent_notification", "緊急通知", "【幸福氣】緊急通知：{message}", [text("message", 250)]),
  template("system_alert", "系統通知", "【幸福氣】系統通知：{message}", [text("message", 250)]),
];
