import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";
import { type Account, CANCELLED, SCHEDULED } from "./account.ts";
import { refusalOf, type SendDeps } from "./send.ts";
import { formOf, stamp, textReply } from "./wire.ts";

const IDS_MAX = 100;

type Deps = Pick<SendDeps, "account" | "login">;

/** `SmQuery`: states by message id, in no particular order; without ids the points left. */
export function smQuery(deps: Deps, request: SimulatorRequest): SimulatorReply {
  const asked = readIds(deps, request);
  if ("code" in asked) return textReply([asked.code]);
  if (asked.ids.length === 0) return textReply([`AccountPoint=${deps.account.points()}`]);
  const rows = asked.ids.flatMap((id) => {
    const message = deps.account.find(id);
    return message ? [[message.id, message.state, stamp(message.stateAt), message.points].join("\t")] : [];
  });
  return textReply(rows.length === 0 ? ["z"] : rows.reverse());
}

/** `SmCancel`: 9 cancelled, 1 to 8 too late, `?` unknown. */
export function smCancel(deps: Deps, request: SimulatorRequest): SimulatorReply {
  const asked = readIds(deps, request);
  if ("code" in asked) return textReply([asked.code]);
  return textReply(asked.ids.map((id) => `${id}=${cancel(deps.account, id)}`));
}

function cancel(account: Account, id: string): string {
  const message = account.find(id);
  if (!message) return "?";
  if (message.state === SCHEDULED) account.setState(message, CANCELLED);
  return message.state;
}

function readIds({ login }: Deps, request: SimulatorRequest): { ids: string[] } | { code: string } {
  const form = formOf(request, "utf8");
  const refused = refusalOf(login, form.get("username"), form.get("password"));
  if (refused) return { code: refused };
  const ids = (form.get("msgid") ?? "").split(",").filter((id) => id !== "");
  return ids.length > IDS_MAX ? { code: "w" } : { ids: ids.map((id) => id.replace(/^#/, "")) };
}
