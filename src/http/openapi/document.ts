/** The parts of an OpenAPI 3.1 document that the gateway writes. */
export interface OpenApiDocument {
  openapi: "3.1.1";
  info: { title: string; version: string; description: string };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, Answer>;
    headers: Record<string, { description: string; schema: JsonSchema }>;
    securitySchemes: Record<string, SecurityScheme>;
  };
}

export type Method = "get" | "post";
export type PathItem = Partial<Record<Method, Operation>>;

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  /** Empty: no token is needed. */
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, Content> };
  responses: Record<string, Answer | Reference>;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  description?: string;
  schema: JsonSchema;
  example?: unknown;
}

export interface Content {
  schema: JsonSchema;
  example?: unknown;
}

export interface Answer {
  description: string;
  headers?: Record<string, Reference>;
  content?: Record<string, Content>;
}

export interface Reference {
  $ref: string;
}

interface SecurityScheme {
  type: "http";
  scheme: "bearer";
  bearerFormat?: string;
  description: string;
}

/** A schema of JSON Schema 2020-12, as far as the contract's schemas need it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  contentEncoding?: string;
}

const SCHEMAS = "#/components/schemas/";

export const schemaReference = (name: string): Reference => ({ $ref: `${SCHEMAS}${name}` });

/** Name of the component that a schema refers to; `undefined` where it refers to none. */
export function referredSchema(schema: JsonSchema): string | undefined {
  return schema.$ref?.startsWith(SCHEMAS) ? schema.$ref.slice(SCHEMAS.length) : undefined;
}

/** The schemas directly inside a schema. */
export function innerSchemas(schema: JsonSchema): JsonSchema[] {
  const { properties, items, additionalProperties, propertyNames, anyOf, oneOf, allOf } = schema;
  const single = [items, propertyNames, typeof additionalProperties === "object" ? additionalProperties : undefined];
  return [
    ...Object.values(properties ?? {}),
    ...single.filter((inner) => inner !== undefined),
    ...(anyOf ?? []),
    ...(oneOf ?? []),
    ...(allOf ?? []),
  ];
}
