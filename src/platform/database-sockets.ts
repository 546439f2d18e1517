import { createConnection, type Socket } from "node:net";

/** What the database's client (postgres 3.4.9) knows of the server when it asks for a socket. */
export interface ServerPlaces {
  host: string[];
  port: number[];
  /** A Unix socket, which wins. */
  path?: string | undefined;
}

/** Opens the sockets of all clients of a database, at each of several hosts in turn. */
export function createSocketOpener(): (places: ServerPlaces) => Socket {
  const oneAtATime = createTurns();
  let tries = 0;
  return ({ host, port, path }) => {
    const at = tries % host.length;
    tries += 1;
    const place = path ? { path } : { host: host[at] ?? "localhost", port: port[at] ?? 5432 };
    return tellEndsInOrder(createConnection(place), oneAtATime);
  };
}

/** Does one thing at a time, two turns of the event loop apart: what it leads to is written before the next. */
function createTurns(): (work: () => void) => void {
  const works: (() => void)[] = [];
  let busy = false;
  const later = () => setImmediate(() => setImmediate(next));

  function next(): void {
    const work = works.shift();
    busy = work !== undefined;
    if (!work) return;
    work();
    later();
  }

  return (work) => {
    works.push(work);
    if (busy) return;
    busy = true;
    later();
  };
}

/**
 * Tells the client of a socket's end as it can bear it.
 *
 * What it has been given it writes at the end of the turn of the event loop. Were it told of the end before that, it would
 * keep the bytes and not write again in this place of its pool. So it is told when it writes, or when it has had time to,
 * of one socket after the other, since each tale makes callers ask anew; and of fault and end at once. A server, proxy or balancer that accepts a connection and closes it before a
 * byte, as those in front of a stopped database do, is a fault: else the client connects again without a pause for ever.
 */
function tellEndsInOrder(socket: Socket, oneAtATime: (work: () => void) => void): Socket {
  const emit = socket.emit.bind(socket) as (event: string, ...values: unknown[]) => boolean; // as: any event, as it comes
  const write = socket.write.bind(socket);
  let fault: unknown;
  let state: "open" | "ended" | "told" = "open";

  function tellEnd(): void {
    if (state !== "ended") return;
    state = "told";
    if (socket.bytesRead === 0) fault ??= closedEarly();
    if (fault !== undefined && socket.listenerCount("error") > 0) emit("error", fault);
    emit("close", fault !== undefined);
  }

  socket.emit = (event: string, ...values: unknown[]) => {
    if (event === "error") {
      fault = values[0];
      return true;
    }
    if (event !== "close") return emit(event, ...values);
    state = "ended";
    oneAtATime(tellEnd);
    return true;
  };
  socket.write = (...given: unknown[]) => {
    if (state === "open") return Reflect.apply(write, undefined, given);
    tellEnd();
    return false;
  };
  return socket;
}

function closedEarly(): Error {
  return Object.assign(new Error("the database's side closed the connection before it said anything"), {
    code: "ECONNRESET",
  });
}
