import type { JsonObject } from '../json.ts';
import type { PathSegment } from '../plan.ts';
import type { TypeConditions } from '../type-conditions.ts';

/** A step of a path to entities: into a field, and on where what is there is of one of these types. */
export interface PathStep {
  readonly key: string;
  /** One of each list. */
  readonly types: readonly (readonly string[])[];
}

/** Lists need no step: wherever one is, its items are meant. */
export function compilePath(path: readonly PathSegment[]): readonly PathStep[] {
  const steps: { readonly key: string; readonly types: (readonly string[])[] }[] = [];
  for (const segment of path) {
    if (segment.kind === 'field') {
      steps.push({ key: segment.key, types: [] });
    } else if (segment.kind === 'types') {
      steps.at(-1)?.types.push(segment.names);
    }
  }
  return steps;
}

/** Is given each object that a path leads to, and returns the object that is to stand in its place: mostly itself. */
export type Visit = (target: JsonObject) => JsonObject;

/** Visits what the path leads to in the merged data, in the data's order. */
export function visitEntities(
  data: JsonObject,
  path: readonly PathStep[],
  types: TypeConditions,
  visit: Visit,
): void {
  descend(data, path, 0, types, visit);
}

function descend(
  object: JsonObject,
  path: readonly PathStep[],
  at: number,
  types: TypeConditions,
  visit: Visit,
): JsonObject {
  const step = path[at];
  if (step === undefined) {
    return visit(object);
  }
  const value = object[step.key];
  if (Array.isArray(value)) {
    descendItems(value, step, path, at, types, visit);
  } else if (isTarget(value, step, types)) {
    const kept = descend(value, path, at + 1, types, visit);
    if (kept !== value) {
      object[step.key] = kept;
    }
  }
  return object;
}

function descendItems(
  items: unknown[],
  step: PathStep,
  path: readonly PathStep[],
  at: number,
  types: TypeConditions,
  visit: Visit,
): void {
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (Array.isArray(item)) {
      descendItems(item, step, path, at, types, visit);
    } else if (isTarget(item, step, types)) {
      const kept = descend(item, path, at + 1, types, visit);
      if (kept !== item) {
        items[index] = kept;
      }
    }
  }
}

/** Whether what is no list is an object of the types that the step asks for. */
function isTarget(value: unknown, { types: wanted }: PathStep, types: TypeConditions): value is JsonObject {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (wanted.length === 0) {
    return true;
  }
  const { __typename: typename } = value as JsonObject;
  return wanted.every((names) => names.some((name) => types.matches(name, typename)));
}
