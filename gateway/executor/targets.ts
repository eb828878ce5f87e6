import { isJsonObject, type JsonObject } from './json.ts';
import type { PathSegment } from './plan.ts';
import type { TypeConditions } from './type-conditions.ts';

/** The objects of the merged data that these paths lead to, each once. */
export function targetsAt(
  data: JsonObject,
  paths: readonly (readonly PathSegment[])[],
  types: TypeConditions,
): JsonObject[] {
  const targets: JsonObject[] = [];
  for (const path of paths) {
    collect(data, path, 0, types, targets);
  }
  // One path leads to an object once; only two may meet.
  return paths.length > 1 ? [...new Set(targets)] : targets;
}

function collect(
  value: unknown,
  path: readonly PathSegment[],
  at: number,
  types: TypeConditions,
  into: JsonObject[],
): void {
  if (Array.isArray(value)) {
    const next = path[at]?.kind === 'items' ? at + 1 : at;
    for (const item of value) {
      collect(item, path, next, types, into);
    }
    return;
  }
  if (!isJsonObject(value)) {
    return;
  }
  const segment = path[at];
  if (segment === undefined) {
    into.push(value);
    return;
  }
  switch (segment.kind) {
    case 'field':
      collect(value[segment.key], path, at + 1, types, into);
      return;
    case 'types':
      if (segment.names.some((name) => types.matches(name, value.__typename))) {
        collect(value, path, at + 1, types, into);
      }
      return;
    case 'items':
      return;
    default: {
      const missed: never = segment;
      throw new Error(`the plan's path has an unknown segment: ${String(missed)}`);
    }
  }
}
