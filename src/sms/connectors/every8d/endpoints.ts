/** Paths of Every8d's HTTP API 2.1 below the host. The wire ignores their case. */
export const endpoints = {
  connection: "/API21/HTTP/ConnectionHandler.ashx",
  send: "/API21/HTTP/SendSMS.ashx",
  sendMany: "/API21/HTTP/SendParam.ashx",
  filter: "/API21/HTTP/SendSMS4FilterMessage.ashx",
  credit: "/API21/HTTP/getCredit.ashx",
  status: "/API21/HTTP/GetDeliveryStatus.ashx",
  cancel: "/API21/HTTP/EraseBooking.ashx",
} as const;
