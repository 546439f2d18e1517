import { expect, test } from "bun:test";
import { TransferFault } from "../../../../src/banking/connectors/sftp/errors.ts";
import { createRequests } from "../../../../src/banking/connectors/sftp/requests.ts";

const REQUEST_MS = 2_000;

function createChannel() {
  const silences: TransferFault[] = [];
  const requests = createRequests(REQUEST_MS, (fault) => silences.push(fault));
  return { requests, silences };
}

test("no answer: the request ends by its deadline, and the connection is given up", async () => {
  const { requests, silences } = createChannel();
  await expect(requests.ask("rename", () => {})).rejects.toMatchObject({ errorType: "timeout", answered: false });
  expect(silences).toHaveLength(1);
  expect(requests.answers()).toBe(0);
});

test("a server that goes on answering others is alive: the last of many requests is waited for beyond its own time", async () => {
  const { requests, silences } = createChannel();
  let answer: (error: undefined, value: string) => void = () => {};
  const last = requests.ask<string>("write", (done) => {
    answer = done;
  });
  const began = performance.now();
  // Others are answered until the last one has waited for longer than the time of one request.
  while (performance.now() - began < REQUEST_MS * 1.5) {
    await requests.ask("write", (done) => setTimeout(() => done(undefined, undefined), 20));
  }
  answer(undefined, "done");
  expect(await last).toBe("done");
  expect(silences).toEqual([]);
});

test("a refusal is an answer and leaves the connection; an error without a status does not", async () => {
  const { requests, silences } = createChannel();
  const refusal = Object.assign(new Error("denied"), { code: 3 });
  const ask = (error: Error) => requests.ask("open", (done) => done(error, undefined));
  await expect(ask(refusal)).rejects.toMatchObject({ errorType: "permission", answered: true });
  expect(silences).toEqual([]);
  await expect(ask(new Error("No response from server"))).rejects.toMatchObject({ answered: false });
  expect(silences).toHaveLength(1);
  expect(requests.answers()).toBe(1);
});

test("whatever waits is told when the connection ends", async () => {
  const { requests } = createChannel();
  const waiting = [1, 2, 3].map(() => requests.ask("read", () => {}));
  const results = Promise.allSettled(waiting);
  requests.abandon(new TransferFault("disconnected", false, "gone"));
  expect((await results).every((result) => result.status === "rejected")).toBe(true);
});
