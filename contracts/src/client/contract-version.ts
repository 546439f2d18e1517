/** Version of the contract that this client was built from; equal to the package's version. Sent with every call. */
export const CONTRACT_VERSION = "0.1.0";

/** Name of the request header that carries the contract version. */
export const CONTRACT_VERSION_HEADER = "x-gateway-contract";
