import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../tests/support/postgres.ts";
import { waitFor } from "../../tests/support/wait-for.ts";
import { Unavailable } from "./benchmark.ts";

/** Kannel on loopback: bearerbox with a spool store, smsbox with its sendsms interface, an HTTP provider behind. */
export interface Kannel {
  /** Address of sendsms with everything but `to` and `text`. */
  sendSmsUrl: string;
  close(): Promise<void>;
}

export async function startKannel(folder: string, providerUrl: string): Promise<Kannel> {
  const bearerbox = programOf("bearerbox");
  const smsbox = programOf("smsbox");
  const [admin, smsboxPort, sendsms, mo] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const spool = join(folder, "kannel-spool");
  await mkdir(spool, { recursive: true });
  const file = join(folder, "kannel.conf");
  await writeFile(file, configuration({ admin, smsboxPort, sendsms, mo, spool, providerUrl, folder }));
  const children: ChildProcess[] = [];
  const start = (program: string) => {
    const child = spawn(program, ["-v", "3", file], { stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
    children.push(child);
  };
  start(bearerbox);
  await waitFor("bearerbox", () => answers(`http://127.0.0.1:${admin}/status?password=bench`));
  start(smsbox);
  const sendSmsUrl = `http://127.0.0.1:${sendsms}/cgi-bin/sendsms?username=bench&password=bench&from=LuckyGas`;
  await waitFor("smsbox", () => answers(`http://127.0.0.1:${sendsms}/cgi-bin/sendsms`));
  return {
    sendSmsUrl,
    close: async () => {
      await Promise.all(children.reverse().map(stop));
    },
  };
}

function stop(child: ChildProcess): Promise<unknown> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  return ended;
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

function programOf(name: string): string {
  const found = Bun.which(name, { PATH: `${process.env.PATH}:/usr/sbin:/usr/lib/kannel` });
  if (!found) throw new Unavailable(`${name} is not installed (package kannel)`);
  return found;
}

function configuration(options: {
  admin: number;
  smsboxPort: number;
  sendsms: number;
  mo: number;
  spool: string;
  providerUrl: string;
  folder: string;
}): string {
  return `
group = core
admin-port = ${options.admin}
admin-password = bench
smsbox-port = ${options.smsboxPort}
store-type = spool
store-location = "${options.spool}"
sms-outgoing-queue-limit = -1
log-level = 3
box-allow-ip = "127.0.0.1"

group = smsc
smsc = http
smsc-id = provider
system-type = kannel
smsc-username = bench
smsc-password = bench
port = ${options.mo}
connect-allow-ip = "127.0.0.1"
send-url = "${options.providerUrl}"
max-pending-submits = 64

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${options.sendsms}
log-level = 3

group = sendsms-user
username = bench
password = bench
max-messages = 10
concatenation = true
`;
}
