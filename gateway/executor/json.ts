import { LongNumber } from './long-number.ts';

/** A JSON object: a part of a subgraph's answer, or of the merged data (the merged answers of all subgraphs). */
export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongNumber)
  );
}
