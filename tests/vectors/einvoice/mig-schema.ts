/** An element: its name, `!` where it must stand and `+` where it may be repeated; then its length or form, or its children. */
type Element = readonly [name: string, content: number | string | readonly Element[]];

const DATE = "20\\d{6}";
const TIME = "\\d{2}:\\d{2}:\\d{2}";
const NUMBER = "[A-Z]{2}\\d{8}";
const EIGHT = "\\d{8}";
const BUYER = "\\d{8}|0{10}";
const DECIMAL = "-?\\d{1,13}(\\.\\d{1,7})?";
const WHOLE = "\\d{1,20}";

const party = (address: string): readonly Element[] => [
  ["Identifier!", BUYER],
  ["Name!", 60],
  [address, 100],
  ["PersonInCharge", 30],
  ["TelephoneNumber", 26],
  ["FacsimileNumber", 26],
  ["EmailAddress", 400],
  ["CustomerNumber", 20],
  ["RoleRemark", 40],
];

const numbers = (begin: string, end: string): readonly Element[] => [
  [begin, EIGHT],
  [end, EIGHT],
];

const branch: readonly Element[] = [
  ["HeadBan!", EIGHT],
  ["BranchBan!", EIGHT],
  ["InvoiceType!", "07|08"],
  ["YearMonth!", "\\d{3}(02|04|06|08|10|12)"],
  ["InvoiceTrack!", "[A-Z]{2}"],
];

/** The messages of MIG 4.1 by their code: the root, and everything in it in the order of the schema. */
const MESSAGES: Record<string, readonly [root: string, children: readonly Element[]]> = {
  F0401: [
    "Invoice",
    [
      [
        "Main!",
        [
          ["InvoiceNumber!", NUMBER],
          ["InvoiceDate!", DATE],
          ["InvoiceTime!", TIME],
          ["Seller!", party("Address!")],
          ["Buyer!", party("Address")],
          ["BuyerRemark", "[1-4]"],
          ["MainRemark", 200],
          ["CustomsClearanceMark", "[12]"],
          ["Category", 2],
          ["RelateNumber", 20],
          ["InvoiceType!", "07|08"],
          ["GroupMark", "\\*"],
          ["DonateMark!", "[01]"],
          ["CarrierType", 6],
          ["CarrierId1", 400],
          ["CarrierId2", 400],
          ["PrintMark!", "[YN]"],
          ["NPOBAN", 10],
          ["RandomNumber", "\\d{4}"],
          ["BondedAreaConfirm", "[1-4]"],
          ["ZeroTaxRateReason", "7[1-9]"],
          ["Reserved1", 20],
          ["Reserved2", 100],
        ],
      ],
      [
        "Details!",
        [
          [
            "ProductItem!+",
            [
              ["Description!", 500],
              ["Quantity!", DECIMAL],
              ["Unit", 6],
              ["UnitPrice!", DECIMAL],
              ["TaxType!", "[1-4]"],
              ["Amount!", DECIMAL],
              ["SequenceNumber!", 4],
              ["Remark", 120],
              ["RelateNumber", 50],
            ],
          ],
        ],
      ],
      [
        "Amount!",
        [
          ["SalesAmount!", WHOLE],
          ["FreeTaxSalesAmount!", WHOLE],
          ["ZeroTaxSalesAmount!", WHOLE],
          ["TaxType!", "[12349]"],
          ["TaxRate!", "0|0\\.01|0\\.02|0\\.05|0\\.15|0\\.25"],
          ["TaxAmount!", WHOLE],
          ["TotalAmount!", WHOLE],
          ["DiscountAmount", DECIMAL],
          ["OriginalCurrencyAmount", DECIMAL],
          ["ExchangeRate", "\\d{1,8}(\\.\\d{1,5})?"],
          ["Currency", "[A-Z]{3}"],
        ],
      ],
    ],
  ],
  F0501: [
    "CancelInvoice",
    [
      ["CancelInvoiceNumber!", NUMBER],
      ["InvoiceDate!", DATE],
      ["BuyerId!", BUYER],
      ["SellerId!", EIGHT],
      ["CancelDate!", DATE],
      ["CancelTime!", TIME],
      ["CancelReason!", 20],
      ["ReturnTaxDocumentNumber", 60],
      ["Remark", 200],
    ],
  ],
  F0701: [
    "VoidInvoice",
    [
      ["VoidInvoiceNumber!", NUMBER],
      ["InvoiceDate!", DATE],
      ["BuyerId!", BUYER],
      ["SellerId!", EIGHT],
      ["VoidDate!", DATE],
      ["VoidTime!", TIME],
      ["VoidReason!", 20],
      ["Remark", 200],
    ],
  ],
  G0401: [
    "Allowance",
    [
      [
        "Main!",
        [
          ["AllowanceNumber!", 16],
          ["AllowanceDate!", DATE],
          ["Seller!", party("Address!")],
          ["Buyer!", party("Address")],
          ["AllowanceType!", "2"],
          ["OriginalInvoiceSellerId", EIGHT],
          ["OriginalInvoiceBuyerId", BUYER],
        ],
      ],
      [
        "Details!",
        [
          [
            "ProductItem!+",
            [
              ["OriginalInvoiceDate!", DATE],
              ["OriginalInvoiceNumber!", NUMBER],
              ["OriginalSequenceNumber", 4],
              ["OriginalDescription!", 500],
              ["Quantity!", DECIMAL],
              ["Unit!", 6],
              ["UnitPrice!", DECIMAL],
              ["Amount!", DECIMAL],
              ["Tax!", WHOLE],
              ["AllowanceSequenceNumber!", 4],
              ["TaxType!", "[1-4]"],
            ],
          ],
        ],
      ],
      [
        "Amount!",
        [
          ["TaxAmount!", WHOLE],
          ["TotalAmount!", WHOLE],
        ],
      ],
    ],
  ],
  G0501: [
    "CancelAllowance",
    [
      ["CancelAllowanceNumber!", 16],
      ["AllowanceType!", "2"],
      ["AllowanceDate!", DATE],
      ["BuyerId!", BUYER],
      ["SellerId!", EIGHT],
      ["CancelDate!", DATE],
      ["CancelTime!", TIME],
      ["CancelReason!", 20],
      ["Remark", 200],
    ],
  ],
  E0401: [
    "BranchTrack",
    [
      ["Main!", [...branch, ...numbers("InvoiceBeginNo!", "InvoiceEndNo!")]],
      [
        "Details!",
        [["BranchTrackItem!+", [...numbers("InvoiceBeginNo!", "InvoiceEndNo!"), ["InvoiceBooklet!", "\\d{1,8}"]]]],
      ],
    ],
  ],
  E0402: [
    "BranchTrackBlank",
    [
      ["Main!", branch],
      ["Details!", [["BranchTrackBlankItem!+", numbers("InvoiceBeginNo!", "InvoiceEndNo!")]]],
    ],
  ],
};

export const messageCodes = Object.keys(MESSAGES);

/** The schema of a message as far as the gateway writes it: names, order, presence, repetition, form and length (MIG 4.1). */
export function messageSchema(code: string): string {
  const [root, children] = MESSAGES[code] ?? ["", []];
  const namespace = `urn:GEINV:eInvoiceMessage:${code}:4.1`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${namespace}" elementFormDefault="qualified">`,
    `<xs:element name="${root}">${typeOf(children)}</xs:element>`,
    "</xs:schema>",
  ].join("\n");
}

function element([marked, content]: Element): string {
  const name = marked.replace(/[!+]/g, "");
  const occurs = `minOccurs="${marked.includes("!") ? 1 : 0}" maxOccurs="${marked.includes("+") ? 9_999 : 1}"`;
  return `<xs:element name="${name}" ${occurs}>${typeOf(content)}</xs:element>`;
}

function typeOf(content: Element[1]): string {
  if (typeof content === "object") {
    return `<xs:complexType><xs:sequence>${content.map(element).join("")}</xs:sequence></xs:complexType>`;
  }
  const facets =
    typeof content === "number"
      ? `<xs:minLength value="1"/><xs:maxLength value="${content}"/>`
      : `<xs:pattern value="${content}"/>`;
  return `<xs:simpleType><xs:restriction base="xs:string">${facets}</xs:restriction></xs:simpleType>`;
}
