import { createHmac } from "node:crypto";
import type { SimulatedOperation, SimulatorReply, SimulatorRequest } from "../http-simulator.ts";
import { isUbn } from "./figures.ts";

/** Barcodes and codes that exist; everything else does not. A tax id is a business unless it is this one. */
const BARCODES = new Set(["/ABC+123", "/ABC1234", "/TRM+O+P"]);
const DONATION_CODES = new Set(["919", "25885", "168001"]);
const NO_BUSINESS = "12345671";

const ACTIONS = ["bcv", "preserveCodeCheck", "qryBanUnitTp"] as const;

const answer = (fields: Record<string, string>): SimulatorReply => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify({ v: "1.0", ...fields }),
});

/** The look-ups for sellers, `POST /BIZAPIVAN/biz`. */
export function lookupOf(
  request: SimulatorRequest,
  credentials: { app_id: string; api_key: string },
): SimulatedOperation | undefined {
  if (request.method !== "POST" || request.url.pathname !== "/BIZAPIVAN/biz") return undefined;
  const form = new Map(new URLSearchParams(request.body.toString("utf8")));
  const action = ACTIONS.find((name) => name === form.get("action"));
  return action && { operation: action, handle: () => handle(action, form, credentials) };
}

function handle(
  action: (typeof ACTIONS)[number],
  form: Map<string, string>,
  credentials: { app_id: string; api_key: string },
): SimulatorReply {
  if (form.get("appId") !== credentials.app_id) return answer({ code: "998", msg: "AppID" });
  const { signature, ...signed } = Object.fromEntries(form);
  const text = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${signed[name]}`)
    .join("&");
  const right = createHmac("sha256", credentials.api_key).update(text, "utf8").digest("base64");
  const isNeeded = action === "qryBanUnitTp";
  if ((isNeeded || signature !== undefined) && signature !== right) return answer({ code: "954", msg: "簽章錯誤" });
  const exists = (known: boolean, field: string) =>
    answer({ code: "200", msg: "執行成功", [field]: known ? "Y" : "N" });
  switch (action) {
    case "bcv":
      return exists(BARCODES.has(form.get("barCode") ?? ""), "isExist");
    case "preserveCodeCheck":
      return exists(DONATION_CODES.has(form.get("pCode") ?? ""), "isExist");
    case "qryBanUnitTp": {
      const ban = form.get("ban") ?? "";
      return exists(isUbn(ban) && ban !== NO_BUSINESS, "banUnitTpStatus");
    }
  }
}
