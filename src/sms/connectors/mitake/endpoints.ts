/** Services of Mitake's API v2.14 below the configured address, which holds host and path prefix of the edition. */
export const endpoints = { send: "/SmSend", sendMany: "/SmBulkSend", query: "/SmQuery", cancel: "/SmCancel" } as const;
