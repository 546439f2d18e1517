import { createVerify, generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32c } from "../../src/platform/secret-checksum.ts";
import type { SecretManagerConnection } from "../../src/platform/secret-manager-client.ts";

export type FakePermission =
  | "secretmanager.versions.access"
  | "secretmanager.versions.add"
  | "secretmanager.secrets.create";

export type FakeOperation = "access" | "addVersion" | "create";

export type FakeFault =
  | { kind: "unavailable" | "hang" | "cut" | "corrupt" | "no_checksum" | "html_404" | "junk" }
  /** Does what was asked and then cuts the connection without an answer. */
  | { kind: "cut_after" };

interface Version {
  data: Buffer;
  state: "ENABLED" | "DISABLED";
}

interface Reply {
  status: number;
  body: unknown;
}

export interface FakeSecretManager {
  /** Connects Google's client to this server. */
  connection: SecretManagerConnection;
  /** Value of `GOOGLE_APPLICATION_CREDENTIALS` that signs in as the one account; set in this process until `close`. */
  credentialsFile: string;
  /** What that account may do; all permissions at the start. */
  permissions: Set<FakePermission>;
  /** Adds a version, as an operator would; returns its number. */
  put(name: string, content: string | Uint8Array): number;
  remove(name: string): void;
  disableLatest(name: string): void;
  /** The versions of a secret as text, oldest first. */
  versions(name: string): string[];
  /** The next `times` calls of the operation end so. */
  fail(operation: FakeOperation, fault: FakeFault, times?: number): void;
  /** The API is off, or the project unknown. */
  projectState: "ok" | "api_disabled" | "unknown";
  /** Method and path of every request, in order. */
  requests: string[];
  close(): Promise<void>;
}

const PROJECT_NUMBER = "123456789012";
const CLIENT_EMAIL = "gateway@luckygas-test.iam.gserviceaccount.com";

/**
 * The REST face of Secret Manager (API v1) as far as the gateway uses it: paths, methods, query, bearer tokens (the
 * self-signed tokens of a service account, whose signature is verified), permissions, checksums and error objects.
 */
export async function startFakeSecretManager(projectId: string): Promise<FakeSecretManager> {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const secrets = new Map<string, Version[]>();
  const faults: { operation: FakeOperation; fault: FakeFault }[] = [];
  const folder = await mkdtemp(join(tmpdir(), "fake-secret-manager-"));
  const credentialsFile = join(folder, "account.json");
  const privateKey = keys.privateKey.export({ type: "pkcs8", format: "pem" });
  await writeFile(
    credentialsFile,
    JSON.stringify({ type: "service_account", client_email: CLIENT_EMAIL, private_key: privateKey }),
  );
  const credentialsBefore = process.env.GOOGLE_APPLICATION_CREDENTIALS;
  process.env.GOOGLE_APPLICATION_CREDENTIALS = credentialsFile;

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      send(outgoing, failure(500, "INTERNAL", error instanceof Error ? error.message : "failure of the fake"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake has no port");

  const fake: FakeSecretManager = {
    connection: { apiEndpoint: "127.0.0.1", port: address.port, protocol: "http" },
    credentialsFile,
    permissions: new Set([
      "secretmanager.versions.access",
      "secretmanager.versions.add",
      "secretmanager.secrets.create",
    ]),
    put: (name, content) => {
      const versions = secrets.get(name) ?? [];
      secrets.set(name, versions);
      return versions.push({ data: Buffer.from(content), state: "ENABLED" });
    },
    remove: (name) => void secrets.delete(name),
    disableLatest: (name) => {
      const latest = secrets.get(name)?.at(-1);
      if (latest) latest.state = "DISABLED";
    },
    versions: (name) => (secrets.get(name) ?? []).map(({ data }) => data.toString("utf8")),
    fail: (operation, fault, times = 1) => {
      for (let count = 0; count < times; count += 1) faults.push({ operation, fault });
    },
    projectState: "ok",
    requests: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (credentialsBefore === undefined) delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
      else process.env.GOOGLE_APPLICATION_CREDENTIALS = credentialsBefore;
      await rm(folder, { recursive: true });
    },
  };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readBody(incoming);
    const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
    fake.requests.push(`${incoming.method} ${url.pathname}`);
    const route = routes.find(({ method, path }) => method === incoming.method && path.test(url.pathname));
    if (!route) return sendHtml(outgoing, 404);
    if (!isSigned(incoming.headers.authorization)) {
      return send(outgoing, failure(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."));
    }
    const refused = refusal(url.pathname, route.permission);
    if (refused) return send(outgoing, refused);
    const index = faults.findIndex(({ operation }) => operation === route.operation);
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
    if (fault?.kind === "hang") return;
    if (fault?.kind === "cut") return void incoming.socket.destroy();
    if (fault?.kind === "html_404") return sendHtml(outgoing, 404);
    if (fault?.kind === "unavailable") {
      return send(outgoing, failure(503, "UNAVAILABLE", "The service is currently unavailable."));
    }
    const name = route.path.exec(url.pathname)?.[1] ?? url.searchParams.get("secretId") ?? "";
    const reply = route.handle(name, body, fault);
    if (fault?.kind === "cut_after") return void incoming.socket.destroy();
    if (fault?.kind === "junk") return void outgoing.writeHead(200).end(secrets.get(name)?.at(-1)?.data);
    send(outgoing, reply);
  }

  const root = `/v1/projects/${projectId}/secrets`;
  const routes: {
    operation: FakeOperation;
    method: string;
    path: RegExp;
    permission: FakePermission;
    handle(name: string, body: unknown, fault: FakeFault | undefined): Reply;
  }[] = [
    {
      operation: "access",
      method: "GET",
      path: /^\/v1\/projects\/[^/]+\/secrets\/([^/]+)\/versions\/latest:access$/,
      permission: "secretmanager.versions.access",
      handle: access,
    },
    {
      operation: "create",
      method: "POST",
      path: /^\/v1\/projects\/[^/]+\/secrets$/,
      permission: "secretmanager.secrets.create",
      handle: create,
    },
    {
      operation: "addVersion",
      method: "POST",
      path: /^\/v1\/projects\/[^/]+\/secrets\/([^/]+):addVersion$/,
      permission: "secretmanager.versions.add",
      handle: addVersion,
    },
  ];

  function refusal(path: string, permission: FakePermission): Reply | undefined {
    if (fake.projectState === "unknown" || !(path === root || path.startsWith(`${root}/`))) {
      return failure(403, "PERMISSION_DENIED", "Permission denied on resource project.", "CONSUMER_INVALID");
    }
    if (fake.projectState === "api_disabled") {
      return failure(403, "PERMISSION_DENIED", "Secret Manager API has not been used before.", "SERVICE_DISABLED");
    }
    if (fake.permissions.has(permission)) return undefined;
    return failure(403, "PERMISSION_DENIED", `Permission '${permission}' denied for resource (or it may not exist).`);
  }

  function access(name: string, _body: unknown, fault: FakeFault | undefined): Reply {
    const versions = secrets.get(name) ?? [];
    const latest = versions.at(-1);
    const resource = `projects/${PROJECT_NUMBER}/secrets/${name}`;
    if (!latest) return failure(404, "NOT_FOUND", `Secret [${resource}] not found or has no versions.`);
    if (latest.state === "DISABLED") {
      return failure(400, "FAILED_PRECONDITION", `Secret Version [${resource}] is in DISABLED state.`);
    }
    const data = Buffer.from(latest.data);
    if (fault?.kind === "corrupt") data[0] = (data[0] ?? 0) ^ 1;
    const checksum = fault?.kind === "no_checksum" ? {} : { dataCrc32c: String(crc32c(latest.data)) };
    const payload = { data: data.toString("base64"), ...checksum };
    return { status: 200, body: { name: `${resource}/versions/${versions.length}`, payload } };
  }

  function create(name: string, body: unknown): Reply {
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) return failure(400, "INVALID_ARGUMENT", "secret_id");
    if (!has(body, "replication") || !has(body.replication, "automatic")) {
      return failure(400, "INVALID_ARGUMENT", "replication");
    }
    if (secrets.has(name)) return failure(409, "ALREADY_EXISTS", `Secret [${name}] already exists.`);
    secrets.set(name, []);
    return { status: 200, body: { name: `projects/${PROJECT_NUMBER}/secrets/${name}` } };
  }

  function addVersion(name: string, body: unknown): Reply {
    const versions = secrets.get(name);
    if (!versions) return failure(404, "NOT_FOUND", `Secret [${name}] not found.`);
    const payload = has(body, "payload") ? body.payload : undefined;
    if (!has(payload, "data") || typeof payload.data !== "string" || !has(payload, "dataCrc32c")) {
      return failure(400, "INVALID_ARGUMENT", "payload");
    }
    const data = Buffer.from(payload.data, "base64");
    if (data.length === 0 || data.length > 65_536) return failure(400, "INVALID_ARGUMENT", "payload size");
    if (Number(payload.dataCrc32c) !== crc32c(data)) return failure(400, "INVALID_ARGUMENT", "checksum");
    const number = versions.push({ data, state: "ENABLED" });
    return {
      status: 200,
      body: { name: `projects/${PROJECT_NUMBER}/secrets/${name}/versions/${number}`, state: "ENABLED" },
    };
  }

  /** A service account signs its own tokens (RFC 7523 section 3 without the exchange), as Google's clients do. */
  function isSigned(authorization: string | undefined): boolean {
    const [head, claims, signature] = authorization?.replace(/^Bearer /, "").split(".") ?? [];
    if (!head || !claims || !signature) return false;
    const verify = createVerify("RSA-SHA256").update(`${head}.${claims}`);
    if (!verify.verify(keys.publicKey, Buffer.from(signature, "base64url"))) return false;
    const content: unknown = JSON.parse(Buffer.from(claims, "base64url").toString());
    return (
      has(content, "iss") &&
      content.iss === CLIENT_EMAIL &&
      has(content, "exp") &&
      Number(content.exp) * 1000 > Date.now()
    );
  }

  return fake;
}

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === "object" && value !== null && key in value;
}

function failure(code: number, status: string, message: string, reason?: string): Reply {
  const details = reason && [
    { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com", metadata: {} },
  ];
  return { status: code, body: { error: { code, message, status, ...(details && { details }) } } };
}

function send(outgoing: ServerResponse, { status, body }: Reply): void {
  outgoing.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(JSON.stringify(body));
}

function sendHtml(outgoing: ServerResponse, status: number): void {
  outgoing.writeHead(status, { "content-type": "text/html" }).end("<!DOCTYPE html><title>Error</title>");
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}
