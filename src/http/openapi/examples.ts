import { z } from "zod";
import { samples } from "./sample-values.ts";

type Schema = z.core.$ZodType;

/**
 * An example of what a caller sends: what is required, no more. `undefined` where none was found that the schema takes;
 * a sample in `sample-values.ts` mends that. `path` is e.g. `sms.sendMessage.input`.
 */
export const inputExample = (schema: Schema, path: string) => valid(schema, exampleOf(schema, path, false));

/** An example of what a caller gets, with every field that may be there. */
export const outputExample = (schema: Schema, path: string) => valid(schema, exampleOf(schema, path, true));

/** The first sample that the schema takes; those for the place as a whole come before those for its last names alone. */
export function sampleFor(schema: Schema, path: string): unknown {
  const names = path.split(".");
  return names
    .flatMap((_, index) => samples[names.slice(index).join(".")] ?? [])
    .find((sample) => takes(schema, sample));
}

const takes = (schema: Schema, value: unknown) => z.safeParse(schema, value).success;
const valid = (schema: Schema, value: unknown) => (takes(schema, value) ? value : undefined);

function exampleOf(schema: Schema, path: string, whole: boolean): unknown {
  const sample = sampleFor(schema, path);
  if (sample !== undefined) return sample;
  if (schema instanceof z.ZodObject) return objectExample(schema.shape, path, whole);
  if (schema instanceof z.ZodArray) return [exampleOf(schema.element, path, whole)];
  if (schema instanceof z.ZodUnion) return firstValid(schema, schema.options, path, whole);
  if (schema instanceof z.ZodRecord) return recordExample(schema, path, whole);
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue;
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return [...schema.values][0];
  if (schema instanceof z.ZodBoolean) return true;
  if (schema instanceof z.ZodNull) return null;
  const inner = innerOf(schema);
  return inner ? exampleOf(inner, path, whole) : anySample(schema);
}

function objectExample(shape: Record<string, Schema>, path: string, whole: boolean): Record<string, unknown> {
  const fields = Object.entries(shape).filter(([, field]) => whole || !takes(field, undefined));
  return Object.fromEntries(fields.map(([name, field]) => [name, exampleOf(field, `${path}.${name}`, whole)]));
}

function firstValid(union: Schema, options: readonly Schema[], path: string, whole: boolean): unknown {
  return options.map((option) => exampleOf(option, path, whole)).find((example) => takes(union, example));
}

function recordExample(schema: z.ZodRecord, path: string, whole: boolean): Record<string, unknown> {
  const key = exampleOf(schema.keyType, `${path}.key`, whole);
  return { [String(key)]: exampleOf(schema.valueType, `${path}.value`, whole) };
}

/** What is inside an optional, nullable or otherwise wrapped schema. */
function innerOf(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return schema.unwrap();
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodNonOptional) return schema.unwrap();
  return schema instanceof z.ZodPipe ? schema.in : undefined;
}

/** A value of another name's that fits a format or pattern: better than none. */
function anySample(schema: Schema): unknown {
  return Object.values(samples)
    .flat()
    .find((sample) => takes(schema, sample));
}
