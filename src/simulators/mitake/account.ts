import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { openJournal } from "../journal.ts";

const messageSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  /** E.164. */
  mobile: z.string(),
  /** As it reaches the handset. */
  text: z.string(),
  points: z.int(),
  /** Empty: no receipt is wanted. */
  responseUrl: z.string(),
  acceptedAt: z.number(),
  scheduledFor: z.number().nullable(),
  validUntil: z.number(),
});
const entrySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message"), message: messageSchema }),
  z.object({ kind: z.literal("state"), id: z.string(), state: z.string(), at: z.number() }),
  z.object({ kind: z.literal("reported"), id: z.string() }),
]);
type Entry = z.output<typeof entrySchema>;

export interface Message extends z.output<typeof messageSchema> {
  /** `0` scheduled to `9` cancelled. */
  state: string;
  stateAt: Date;
  reported: boolean;
}

export const SCHEDULED = "0";
export const WITH_CARRIER = "1";
export const CANCELLED = "9";
/** A clientid is remembered for 12 hours. */
const REMEMBERED_MS = 12 * 60 * 60 * 1000;

/** One account at Mitake; remembers its messages in a journal. */
export interface Account {
  messages(): readonly Message[];
  find(id: string): Message | undefined;
  /** The message a clientid was used for within 12 hours. */
  findByClientId(clientId: string): Message | undefined;
  points(): number;
  /** Spends what is beyond so many points. */
  leavePoints(left: number): void;
  add(message: Omit<z.output<typeof messageSchema>, "id">): Message;
  setState(message: Message, state: string): void;
  setReported(message: Message): void;
}

export function openAccount(options: { clock: Clock; pointsAtStart: number; journalPath?: string }): Account {
  const journal = openJournal(entrySchema, options.journalPath);
  const messages = new Map<string, Message>();
  const byClientId = new Map<string, Message>();
  let points = options.pointsAtStart;

  function apply(entry: Entry): void {
    if (entry.kind === "message") {
      const state = entry.message.scheduledFor === null ? WITH_CARRIER : SCHEDULED;
      const message = { ...entry.message, state, stateAt: new Date(entry.message.acceptedAt), reported: false };
      messages.set(message.id, message);
      byClientId.set(message.clientId, message);
      points -= message.points;
      return;
    }
    const message = messages.get(entry.id);
    if (!message) return;
    if (entry.kind === "reported") {
      message.reported = true;
      return;
    }
    if (entry.state === CANCELLED) points += message.points;
    Object.assign(message, { state: entry.state, stateAt: new Date(entry.at), reported: false });
  }
  function record(entry: Entry): void {
    journal.append(entry);
    apply(entry);
  }
  for (const entry of journal.earlier) apply(entry);

  const find = (id: string) => messages.get(id);
  return {
    messages: () => [...messages.values()],
    find,
    findByClientId: (clientId) => {
      const found = byClientId.get(clientId);
      const isRemembered = found && options.clock.now().getTime() - found.acceptedAt < REMEMBERED_MS;
      return isRemembered ? found : undefined;
    },
    points: () => points,
    leavePoints: (left) => {
      points = left;
    },
    add: (message) => {
      const id = String(messages.size + 1).padStart(9, "0");
      record({ kind: "message", message: { ...message, id } });
      const added = find(id);
      if (!added) throw new Error("the message was not kept");
      return added;
    },
    setState: (message, state) => record({ kind: "state", id: message.id, state, at: options.clock.now().getTime() }),
    setReported: (message) => record({ kind: "reported", id: message.id }),
  };
}
