import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";

/** Where the client connects; nothing of it is needed in production. */
export interface SecretManagerConnection {
  apiEndpoint?: string;
  port?: number;
  protocol?: "http" | "https";
}

/**
 * Loads Google's client, signs in with the application default credentials and returns it ready for calls. It speaks REST: its gRPC transport is not dependable
 * on Bun. Rejects when there are no credentials; a client that could not sign in stays unusable, so make a new one.
 */
export async function openSecretManagerClient(
  projectId: string,
  connection: SecretManagerConnection = {},
): Promise<SecretManagerServiceClient> {
  // This switch of Google's packages prints every reply to stderr, and with it the values of secrets.
  delete process.env.GOOGLE_SDK_NODE_LOGGING;
  const { SecretManagerServiceClient } = await import("@google-cloud/secret-manager");
  const client = new SecretManagerServiceClient({
    ...connection,
    fallback: true,
    projectId,
    enableTelemetryLogging: false,
  });
  await client.initialize();
  return client;
}
