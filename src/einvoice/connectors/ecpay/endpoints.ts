export const PROVIDER = "ecpay";

/** Where the centre is reached. */
export const hosts = {
  stage: "https://einvoice-stage.ecpay.com.tw",
  production: "https://einvoice.ecpay.com.tw",
} as const;

/** Operations of the B2C API, which also carries invoices to businesses. */
export const consumerPaths = {
  issue: "/B2CInvoice/Issue",
  find: "/B2CInvoice/GetIssue",
  list: "/B2CInvoice/GetIssueList",
  cancel: "/B2CInvoice/Invalid",
  reissue: "/B2CInvoice/VoidWithReIssue",
  allowance: "/B2CInvoice/Allowance",
  findAllowances: "/B2CInvoice/GetAllowanceList",
  cancelAllowance: "/B2CInvoice/AllowanceInvalid",
} as const;

/** Operations of the B2B API. An allowance is cancelled differently in the two modes. */
export const businessPaths = {
  partner: "/B2BInvoice/MaintainMerchantCustomerData",
  issue: "/B2BInvoice/Issue",
  find: "/B2BInvoice/GetIssue",
  cancel: "/B2BInvoice/Invalid",
  reissue: "/B2BInvoice/VoidWithReIssue",
  allowance: "/B2BInvoice/Allowance",
  findAllowance: "/B2BInvoice/GetAllowance",
  cancelAllowance: { b2b_storage: "/B2BInvoice/AllowanceInvalid", b2b_exchange: "/B2BInvoice/CancelAllowance" },
} as const;
