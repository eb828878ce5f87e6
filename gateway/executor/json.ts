import { LongNumber } from './long-number.ts';

/** A JSON object: part of a subgraph's answer, or of the merged data. */
export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongNumber)
  );
}
