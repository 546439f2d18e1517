import { TRPCClientError } from "@trpc/client";
import { isRecord, NoAnswerError } from "./errors.ts";
import { type GatewayFetch, parseAnswer } from "./transport.ts";

/** One event of a stream, its parts named as in the HTML standard's "server-sent events". */
export interface StreamEvent {
  type: string;
  data: string;
  id: string | undefined;
}

export interface StreamOptions {
  fetch: GatewayFetch;
  headers(): Promise<Record<string, string>>;
  /** Whether an answer can be read while it comes. */
  streaming: boolean;
  /** A stream that says nothing for so long is taken for dead. The gateway says something every few seconds. */
  silenceMsMax: number;
}

/** Asks the gateway to end its answer when it has told what there is, for readers that get it only then. */
const POLL_HEADER = "x-gateway-stream";

/** Characters of one event at most. */
const EVENT_CHARACTERS_MAX = 4_000_000;

/**
 * The events of one answer. Throws a refusal of the gateway as tRPC's error, and `NoAnswerError` where the network failed,
 * the stream fell silent, or what answered is not the gateway.
 */
export async function* openEventStream(
  options: StreamOptions,
  url: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const watch = watchSilence(options.silenceMsMax, signal);
  try {
    const headers = { accept: "text/event-stream", ...(await options.headers()) };
    const response = await options.fetch(url, {
      headers: options.streaming ? headers : { ...headers, [POLL_HEADER]: "poll" },
      signal: watch.signal,
    });
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) throw await refusalOf(response);
    const read = createEventReader();
    for await (const piece of piecesOf(response, options.streaming)) {
      watch.heard();
      yield* read(piece);
    }
  } catch (cause) {
    if (cause instanceof NoAnswerError || cause instanceof TRPCClientError) throw cause;
    const what = watch.isSilent() ? "the stream fell silent" : "the stream broke off";
    throw new NoAnswerError("network", cause instanceof Error ? `${what}: ${cause.message}` : what, { cause });
  } finally {
    watch.end();
  }
}

/** A signal that aborts with the given one, and when nothing was heard for too long. */
function watchSilence(silenceMsMax: number, signal: AbortSignal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let silent = false;
  const fallSilent = () => {
    silent = true;
    abort();
  };
  let timer = setTimeout(fallSilent, silenceMsMax);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    isSilent: () => silent,
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(fallSilent, silenceMsMax);
    },
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      abort();
    },
  };
}

/** What came instead of a stream. */
async function refusalOf(response: Response): Promise<Error> {
  const answer = parseAnswer(await response.text());
  if (isRecord(answer) && isRecord(answer.error)) return TRPCClientError.from(answer);
  const message = `the answer with HTTP status ${response.status} is not one of the gateway`;
  return new NoAnswerError("unreadable", message, { httpStatus: response.status });
}

async function* piecesOf(response: Response, streaming: boolean): AsyncGenerator<string> {
  const reader = streaming ? response.body?.getReader() : undefined;
  if (!reader) {
    yield await response.text();
    return;
  }
  const decoder = new TextDecoder();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield decoder.decode(part.value, { stream: true });
  }
}

/** Reads events from text that comes in pieces; a piece may end anywhere, also within a line. */
export function createEventReader(): (piece: string) => StreamEvent[] {
  let rest = "";
  let lines: string[] = [];
  let unfinished = 0;
  return (piece) => {
    const complete = `${rest}${piece}`.split("\n");
    rest = complete.pop() ?? "";
    unfinished += piece.length;
    const events: StreamEvent[] = [];
    for (const line of complete.map((text) => text.replace(/\r$/, ""))) {
      if (line !== "") lines.push(line);
      else if (lines.length > 0) {
        events.push(eventOf(lines));
        lines = [];
        unfinished = rest.length;
      }
    }
    if (unfinished > EVENT_CHARACTERS_MAX) throw new Error("an event of the stream is too long");
    return events;
  };
}

function eventOf(lines: string[]): StreamEvent {
  const valuesOf = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ""));
  return { type: valuesOf("event").at(-1) ?? "message", data: valuesOf("data").join("\n"), id: valuesOf("id").at(-1) };
}
