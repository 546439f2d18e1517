import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";
import { type ErrorCode, errorTexts, formOf, jsonReply } from "./wire.ts";

const TOKEN_HOURS = 8;

const handlerSchema = z.object({
  HandlerType: z.literal(3),
  VerifyType: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  UID: z.string().optional(),
  PWD: z.string().optional(),
});

export interface Access {
  /** The code of the refusal, or `undefined` when the request may be served. */
  refusal(request: SimulatorRequest): ErrorCode | undefined;
  /** `ConnectionHandler.ashx`: obtain (1), check (2) and close (3) a token. */
  handleConnection(request: SimulatorRequest): SimulatorReply;
}

/** Both ways of authentication of Every8d API 2.1: a bearer token, or `UID` and `PWD` in the form. */
export function createAccess(options: { clock: Clock; username: string; password: string }): Access {
  const tokens = new Map<string, number>();

  function checkPassword(uid: string | null | undefined, password: string | null | undefined): ErrorCode | undefined {
    if (!uid || !password) return "-300";
    if (uid !== options.username) return "-100";
    return password === options.password ? undefined : "-101";
  }
  const bearerOf = (request: SimulatorRequest) => /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const isAlive = (token: string) => (tokens.get(token) ?? 0) > options.clock.now().getTime();
  const fail = (code: ErrorCode) => jsonReply({ Result: false, Status: code, Msg: errorTexts[code] });

  return {
    refusal: (request) => {
      const token = bearerOf(request);
      if (token !== undefined) return isAlive(token) ? undefined : "-2";
      const form = formOf(request);
      return checkPassword(form.get("UID"), form.get("PWD"));
    },
    handleConnection: (request) => {
      const parsed = handlerSchema.safeParse(readJson(request));
      if (!parsed.success) return fail("-1");
      const { VerifyType, UID, PWD } = parsed.data;
      if (VerifyType === 1) {
        const refused = checkPassword(UID, PWD);
        if (refused) return fail(refused);
        const token = randomUUID();
        tokens.set(token, options.clock.now().getTime() + TOKEN_HOURS * 3_600_000);
        return jsonReply({ Result: true, Msg: token });
      }
      const token = bearerOf(request);
      if (token === undefined || !isAlive(token)) return fail("-2");
      if (VerifyType === 3) tokens.delete(token);
      return jsonReply({ Result: true });
    },
  };
}

/** The JSON body, or `undefined` when it is none. */
export function readJson(request: SimulatorRequest): unknown {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return undefined;
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch {
    return undefined;
  }
}
