import { afterAll, describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { waitFor } from "../../support/wait-for.ts";
import { endpointOf, memoryLeases, transportTo } from "./transport-kit.ts";

const bank = await createBankSimulator({ clock: systemClock });
afterAll(() => bank.close());

describe("connections to a bank", () => {
  test("200 callers of two processes share 5 connections, and all are served", async () => {
    const leases = memoryLeases();
    const processes = [1, 2].map(() =>
      transportTo(endpointOf(bank), { leases, timeouts: { idleMs: 50, acquireMs: 20_000 } }),
    );
    const before = bank.connections().most;
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => processes[index % 2]?.list("/download")),
    );
    expect(answers.every((answer) => answer?.ok)).toBe(true);
    expect(bank.connections().most - before).toBeLessThanOrEqual(5);
    expect(bank.connections().most).toBeGreaterThan(1);
    await Promise.all(processes.map((transport) => transport.close()));
    expect(leases.held()).toBe(0);
  });

  test("a bank that allows one connection gets one", async () => {
    const single = await createBankSimulator({ clock: systemClock });
    const transport = transportTo(endpointOf(single), { connectionsMax: 1 });
    await Promise.all(Array.from({ length: 20 }, () => transport.list("/upload")));
    expect(single.connections().most).toBe(1);
    await transport.testConnection({ upload: "/upload", download: "/download" });
    expect(single.connections().now).toBe(1);
    await transport.close();
    await single.close();
  });

  test("a connection that died while idle is not seen by callers", async () => {
    const transport = transportTo(endpointOf(bank), { timeouts: { validateAfterMs: 0 } });
    expect((await transport.list("/download")).ok).toBe(true);
    bank.cutAll();
    expect((await transport.list("/download")).ok).toBe(true);
    await transport.close();
  });

  test("a connection that fell silent while idle is tried, found dead and replaced", async () => {
    const transport = transportTo(endpointOf(bank), { timeouts: { validateAfterMs: 0, requestMs: 200 } });
    expect((await transport.list("/download")).ok).toBe(true);
    bank.faults.add({ operation: "realpath", kind: "hang" });
    expect((await transport.list("/download")).ok).toBe(true);
    bank.faults.clear();
    await transport.close();
  });

  test("an unused connection is closed, and its place given back", async () => {
    const leases = memoryLeases();
    const transport = transportTo(endpointOf(bank), { leases, timeouts: { idleMs: 50 } });
    await transport.list("/download");
    await waitFor("the place to be given back", () => transport.connections() === 0 && leases.held() === 0);
    await transport.close();
  });

  test("whoever waits too long is told so; the others are served in order", async () => {
    const transport = transportTo(endpointOf(bank), {
      connectionsMax: 1,
      timeouts: { acquireMs: 150, requestMs: 1000 },
    });
    bank.faults.add({ operation: "opendir", kind: "delay", delayMs: 400 });
    const first = transport.list("/download");
    const second = await transport.list("/download");
    expect(second).toEqual({ ok: false, errorType: "pool_exhausted" });
    expect((await first).ok).toBe(true);
    await transport.close();
  });

  test("another host key is refused before any credential is sent", async () => {
    const tried = bank.signIns().tried;
    const transport = transportTo({ ...endpointOf(bank), hostKeyPins: ["SHA256:AAAA"] });
    expect(await transport.list("/download")).toEqual({ ok: false, errorType: "host_key" });
    expect(bank.signIns().tried).toBe(tried);
    await transport.close();
  });

  test("a missing pin is refused without connecting, unless it is allowed; one of several pins is enough", async () => {
    const strict = transportTo({ ...endpointOf(bank), hostKeyPins: [] });
    expect(await strict.list("/download")).toEqual({ ok: false, errorType: "host_key" });
    const lax = transportTo({ ...endpointOf(bank), hostKeyPins: [], allowUnpinned: true });
    expect((await lax.list("/download")).ok).toBe(true);
    const rotated = transportTo({ ...endpointOf(bank), hostKeyPins: ["SHA256:AAAA", bank.hostKeyPin] });
    expect((await rotated.list("/download")).ok).toBe(true);
    await Promise.all([strict, lax, rotated].map((transport) => transport.close()));
  });

  test("a wrong password is tried once", async () => {
    const { tried } = bank.signIns();
    const transport = transportTo({ ...endpointOf(bank), username: "stranger" });
    expect(await transport.list("/download")).toEqual({ ok: false, errorType: "auth" });
    expect(bank.signIns().tried).toBe(tried + 1);
    await transport.close();
  });

  test("a port on which nobody listens, a name that nobody has", async () => {
    const nowhere = transportTo({ ...endpointOf(bank), port: 1 });
    expect(await nowhere.list("/download")).toEqual({ ok: false, errorType: "connect" });
    const unnamed = transportTo({ ...endpointOf(bank), host: "bank.invalid" });
    expect(await unnamed.list("/download")).toEqual({ ok: false, errorType: "dns" });
    await Promise.all([nowhere.close(), unnamed.close()]);
  });
});
