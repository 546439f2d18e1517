import type postgres from "postgres";
import { createDeadlines, type Start } from "./deadlines.ts";

/** The database's side said nothing for too long, or the transaction had lost its connection; what took effect is not known. */
export class DatabaseSilent extends Error {
  override readonly name = "DatabaseSilent";
  readonly code = "DATABASE_SILENT";
}

const noAnswer = () => new DatabaseSilent("the database gave no answer in time");

export interface BoundedClientOptions {
  connect(): postgres.Sql;
  /** For one statement, from the moment it is given to the client: waiting for a free connection included. */
  statementMsMax: number;
  /** When everything is closed, what is in flight may take this long to end. */
  endSeconds: number;
  /** Whether an error says that a connection in use is gone. */
  isBroken(error: unknown): boolean;
}

export interface BoundedClient {
  sql: postgres.Sql;
  end(): Promise<void>;
}

/** One client of the library. A retired one is given nothing new and is ended when its last work has ended. */
interface Generation {
  client: postgres.Sql;
  working: number;
  retired: boolean;
}

/** Once it is lost, nothing more may be written on its connection. */
interface Transaction {
  lost: unknown;
  lose(error: unknown): void;
}

interface Thenable {
  then(resolve?: (value: unknown) => unknown, reject?: (error: unknown) => unknown): Promise<unknown>;
}

type Work = (sql: postgres.Sql) => unknown;
type AnyFunction = (...args: unknown[]) => unknown;

const forever = () => new Promise<never>(() => {});

/**
 * The database's client (postgres 3.4.9) with a deadline on everything that it is asked. Two things it lacks: a statement
 * on a connection that fell silent waits for ever; and what is written on a connection at the moment of its end, by a
 * statement or by a transaction that goes on, leaves that place of the pool unable to connect again. Here every statement
 * ends in time, a transaction whose connection broke runs no further statement, and a client that lost a connection or
 * left a statement unanswered is replaced by a new one, while what is in flight on its other connections goes on.
 */
export function createBoundedClient(options: BoundedClientOptions): BoundedClient {
  const deadlines = createDeadlines(options.statementMsMax);
  const retired = new Set<Generation>();
  let closed = false;
  let present = begetGeneration();

  function begetGeneration(): Generation {
    return { client: options.connect(), working: 0, retired: false };
  }

  function replace(spoilt: Generation): void {
    if (spoilt !== present || closed) return;
    present = begetGeneration();
    spoilt.retired = true;
    retired.add(spoilt);
    endWhenIdle(spoilt);
  }

  function endWhenIdle(generation: Generation): void {
    if (!generation.retired || generation.working > 0) return;
    retired.delete(generation);
    // Nothing is in flight: what is left are connections, idle or lost.
    void generation.client.end({ timeout: 0 });
  }

  async function working<T>(generation: Generation, work: () => Promise<T>): Promise<T> {
    generation.working += 1;
    try {
      return await work();
    } finally {
      generation.working -= 1;
      endWhenIdle(generation);
    }
  }

  /** Looks at a failure for what it says of the client and of the transaction that it happened in. */
  function judge(error: unknown, asked: Generation, transaction?: Transaction): void {
    if (!(error instanceof DatabaseSilent) && !options.isBroken(error)) return;
    replace(asked);
    transaction?.lose(error);
  }

  async function inTime<T>(asked: Generation, start: Start<T>, transaction?: Transaction): Promise<T> {
    try {
      return await deadlines.bounded(start, noAnswer);
    } catch (error) {
      judge(error, asked, transaction);
      throw error;
    }
  }

  /** A statement runs when it is first waited for, and then it gets its deadline. A fragment within another one never is. */
  function withDeadline(statement: Thenable, asked: Generation, transaction: Transaction | undefined): void {
    const run = statement.then.bind(statement);
    let outcome: Promise<unknown> | undefined;
    const ask = () => working(asked, () => inTime<unknown>(asked, run, transaction));
    // biome-ignore lint/suspicious/noThenProperty: a statement is a promise already; this takes its place
    statement.then = (resolve, reject) => {
      outcome ??= transaction?.lost ? Promise.reject(transaction.lost) : ask();
      return outcome.then(resolve, reject);
    };
  }

  /** The same in all it has, but for its statements, which have deadlines. */
  function guard(current: () => postgres.Sql, asked: () => Generation, transaction?: Transaction): postgres.Sql {
    const guarded = (made: unknown) => {
      // as: every promise has this `then`.
      if (made instanceof Promise) withDeadline(made as Thenable, asked(), transaction);
      return made;
    };
    // as: whatever is asked of the proxy is answered by the client that stands behind it.
    return new Proxy((() => {}) as unknown as postgres.Sql, {
      apply: (_target, self, args) => guarded(Reflect.apply(current() as unknown as AnyFunction, self, args)),
      get: (_target, name) => {
        if (name === "begin" && !transaction) return begin;
        if (name !== "unsafe") return Reflect.get(current(), name);
        return (...args: unknown[]) => guarded(Reflect.apply(current().unsafe as AnyFunction, undefined, args));
      },
    });
  }

  /** Bounds a step of a transaction that the client takes by itself. Gives the function that ends it. */
  function startStep(asked: Generation, transaction: Transaction): () => void {
    let end = () => {};
    const start: Start<void> = (resolve) => {
      end = () => resolve();
    };
    inTime(asked, start, transaction).catch(() => {}); // the transaction has been told
    return () => end();
  }

  function runTransaction(asked: Generation, mode: string, work: Work): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction: Transaction = {
        lost: undefined,
        lose: (error) => {
          transaction.lost ??= error;
          reject(error);
        },
      };
      let endStep = startStep(asked, transaction);
      const ran = asked.client.begin(mode, async (own) => {
        endStep();
        if (transaction.lost) return forever();
        const client = own as unknown as postgres.Sql; // as: it can all that is asked of it in a transaction
        try {
          return await work(
            guard(
              () => client,
              () => asked,
              transaction,
            ),
          );
        } finally {
          // The client would write COMMIT or ROLLBACK on whatever has become of its connection.
          if (transaction.lost) await forever();
          endStep = startStep(asked, transaction);
        }
      });
      const end = (settle: () => void) => {
        endStep();
        settle();
        // What is still asked of it comes too late.
        transaction.lost ??= new DatabaseSilent("the transaction has ended");
      };
      ran.then(
        (value) => end(() => resolve(value)),
        (error: unknown) =>
          end(() => {
            judge(error, asked);
            transaction.lose(error);
          }),
      );
    });
  }

  function begin(...args: [Work] | [string, Work]): Promise<unknown> {
    const [mode, work] = args.length === 1 ? ["", args[0]] : args;
    const asked = present;
    return working(asked, () => runTransaction(asked, mode, work));
  }

  const sql = guard(
    () => present.client,
    () => present,
  );
  return {
    sql,
    end: async () => {
      closed = true;
      const all = [present, ...retired];
      await Promise.all(all.map(({ client }) => client.end({ timeout: options.endSeconds })));
      deadlines.stop();
    },
  };
}
