import type { Clock } from "../../platform/clock.ts";
import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";
import type { Account, Message } from "./account.ts";
import { charsetOf, firstPart, formOf, pointsOf, readMobile, readTime, textReply } from "./wire.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const TEN_MINUTES_MS = 10 * 60 * 1000;
const RECORDS_MAX = 500;
const CLIENT_ID_MAX = 36;
const RESPONSE_URL_MAX = 256;

export interface SendDeps {
  clock: Clock;
  account: Account;
  login: { username: string; password: string };
  /** E.164 numbers that Mitake refuses. */
  blocked: ReadonlySet<string>;
  /** Without the right, long texts are cut off silently and sent. */
  mayLong: boolean;
  onAccepted(message: Message): void;
}

interface Order {
  clientId: string;
  mobile: string;
  text: string;
  deliverAt: string;
  validUntil: string;
  responseUrl: string;
}

type Outcome = { message: Message; isDuplicate: boolean } | { code: string };

/** The error code for credentials that do not fit. */
export function refusalOf(
  login: SendDeps["login"],
  username: string | null | undefined,
  password: string | null | undefined,
): string | undefined {
  if (!username) return "c";
  if (!password) return "d";
  return username === login.username && password === login.password ? undefined : "e";
}

/** `SmSend`: one message by form. */
export function smSend(deps: SendDeps, request: SimulatorRequest): SimulatorReply {
  const charset = charsetOf(request, "CharsetURL");
  if (charset === undefined) return textReply(["[1]", "statuscode=y"]);
  const form = formOf(request, charset);
  const clientId = form.get("clientid") ?? "";
  const header = `[${clientId || "1"}]`;
  const refused = refusalOf(deps.login, form.get("username"), form.get("password"));
  if (refused) return textReply([header, `statuscode=${refused}`]);
  const outcome = order(deps, {
    clientId,
    mobile: form.get("dstaddr") ?? "",
    text: form.get("smbody") ?? "",
    deliverAt: form.get("dlvtime") ?? "",
    validUntil: form.get("vldtime") ?? "",
    responseUrl: form.get("response") ?? "",
  });
  const lines = [header, ...describe(outcome), `AccountPoint=${deps.account.points()}`];
  if ("message" in outcome && form.get("smsPointFlag") === "1") lines.push(`smsPoint=${outcome.message.points}`);
  if ("message" in outcome && outcome.isDuplicate) lines.push("Duplicate=Y");
  return textReply(lines);
}

/** `SmBulkSend`: credentials in the query, one record per line in the body, fields joined by `$$`. */
export function smBulkSend(deps: SendDeps, request: SimulatorRequest): SimulatorReply {
  const query = request.url.searchParams;
  const charset = charsetOf(request, "Encoding_PostIn");
  const refused = charset ? refusalOf(deps.login, query.get("username"), query.get("password")) : "y";
  if (refused) return textReply([`statuscode=${refused}`]);
  const records = request.body
    .toString(charset === "utf8" ? "utf8" : "latin1")
    .split(/\r?\n/)
    .filter((line) => line !== "");
  if (records.length > RECORDS_MAX) return textReply(["statuscode=x"]);
  const lines = records.flatMap((record) => {
    const [clientId = "", mobile = "", deliverAt = "", validUntil = "", , responseUrl = "", ...text] =
      record.split("$$");
    if (clientId === "" || text.length !== 1) return [`[${clientId || "1"}]`, "statuscode=y"];
    const outcome = order(deps, { clientId, mobile, text: text[0] ?? "", deliverAt, validUntil, responseUrl });
    const duplicate = "message" in outcome && outcome.isDuplicate ? ["Duplicate=Y"] : [];
    return [`[${clientId}]`, ...describe(outcome), ...duplicate];
  });
  return textReply([...lines, `AccountPoint=${deps.account.points()}`]);
}

const describe = (outcome: Outcome) =>
  "code" in outcome
    ? [`statuscode=${outcome.code}`]
    : [`msgid=#${outcome.message.id}`, `statuscode=${outcome.message.scheduledFor === null ? "1" : "0"}`];

function order(deps: SendDeps, { clientId, text, responseUrl, ...given }: Order): Outcome {
  const now = deps.clock.now();
  if (clientId.length > CLIENT_ID_MAX || responseUrl.length > RESPONSE_URL_MAX) return { code: "y" };
  const known = clientId === "" ? undefined : deps.account.findByClientId(clientId);
  if (known) return { message: known, isDuplicate: true };
  const mobile = readMobile(given.mobile);
  if (mobile === undefined || deps.blocked.has(mobile)) return { code: "v" };
  if (text === "") return { code: "u" };
  const deliverAt = given.deliverAt === "" ? now : readTime(given.deliverAt, now);
  const validUntil = given.validUntil === "" ? new Date(now.getTime() + DAY_MS) : readTime(given.validUntil, now);
  if (!deliverAt || !validUntil) return { code: "y" };
  if (validUntil <= now) return { code: "t" };
  const aheadMs = deliverAt.getTime() - now.getTime();
  if (aheadMs > 0 && aheadMs <= TEN_MINUTES_MS) return { code: "y" };
  const sent = deps.mayLong ? text : firstPart(text);
  const points = pointsOf(sent);
  if (points > deps.account.points()) return { code: "s" };
  const message = deps.account.add({
    clientId: clientId || `none-${crypto.randomUUID()}`,
    mobile,
    text: sent.replaceAll("\u0006", "\n"),
    points,
    responseUrl,
    acceptedAt: now.getTime(),
    scheduledFor: aheadMs > 0 ? deliverAt.getTime() : null,
    validUntil: validUntil.getTime(),
  });
  deps.onAccepted(message);
  return { message, isDuplicate: false };
}
