import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { openJournal } from "../journal.ts";

const messageSchema = z.object({
  sid: z.string(),
  to: z.string(),
  from: z.string().nullable(),
  serviceSid: z.string().nullable(),
  body: z.string(),
  statusCallback: z.string(),
  createdAt: z.number(),
});
const entrySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message"), message: messageSchema }),
  z.object({ kind: z.literal("status"), sid: z.string(), status: z.string(), errorCode: z.string(), at: z.number() }),
  z.object({ kind: z.literal("reported"), sid: z.string(), status: z.string() }),
]);
type Entry = z.output<typeof entrySchema>;

export interface Message extends z.output<typeof messageSchema> {
  status: string;
  /** Empty: none. */
  errorCode: string;
  updatedAt: Date;
  /** The last status whose callback was answered. */
  reported: string;
}

/** The messages of one account at Twilio, remembered in a journal. */
export interface Account {
  /** Newest first. */
  messages(): readonly Message[];
  find(sid: string): Message | undefined;
  add(message: Omit<z.output<typeof messageSchema>, "sid" | "createdAt">): Message;
  setStatus(message: Message, status: string, errorCode?: string): void;
  setReported(message: Message): void;
}

export function openAccount(options: { clock: Clock; journalPath?: string }): Account {
  const journal = openJournal(entrySchema, options.journalPath);
  const messages = new Map<string, Message>();

  function apply(entry: Entry): void {
    if (entry.kind === "message") {
      const status = entry.message.serviceSid === null ? "queued" : "accepted";
      const updatedAt = new Date(entry.message.createdAt);
      messages.set(entry.message.sid, { ...entry.message, status, errorCode: "", updatedAt, reported: "" });
      return;
    }
    const message = messages.get(entry.sid);
    if (!message) return;
    if (entry.kind === "reported") message.reported = entry.status;
    else {
      Object.assign(message, { status: entry.status, errorCode: entry.errorCode, updatedAt: new Date(entry.at) });
    }
  }
  function record(entry: Entry): void {
    journal.append(entry);
    apply(entry);
  }
  for (const entry of journal.earlier) apply(entry);

  const find = (sid: string) => messages.get(sid);
  return {
    messages: () => [...messages.values()].reverse(),
    find,
    add: (message) => {
      const sid = `SM${randomBytes(16).toString("hex")}`;
      record({ kind: "message", message: { ...message, sid, createdAt: options.clock.now().getTime() } });
      const added = find(sid);
      if (!added) throw new Error("the message was not kept");
      return added;
    },
    setStatus: (message, status, errorCode = "") =>
      record({ kind: "status", sid: message.sid, status, errorCode, at: options.clock.now().getTime() }),
    setReported: (message) => record({ kind: "reported", sid: message.sid, status: message.status }),
  };
}
