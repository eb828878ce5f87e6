import { isJsonObject, type JsonObject } from '../json.ts';
import { hasField, type Shape } from '../shape.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { Failure, Failures } from './failures.ts';
import {
  type FetchSubgraph,
  type SubgraphErrorJson,
  SubgraphFailure,
  type SubgraphRequest,
} from './subgraph.ts';

/** A subgraph's error whose path was read. */
export interface LocatedError {
  readonly failure: Failure;
  readonly path: readonly (string | number)[];
}

/** What a fetch came to. Where it failed, nothing of what it answered is used. */
export type Answer =
  | { readonly failed: false; readonly data: JsonObject; readonly errors: readonly LocatedError[] }
  | { readonly failed: true; readonly errors: readonly LocatedError[] };

/** Errors that null everything a fetch feeds, each at every place: the first few say enough. */
const errorsOfAFailedFetch = 3;
/** Errors of one answer; one with more is none that anybody can use. */
const maxErrors = 10_000;
/** Extensions that tell of a subgraph's insides. */
const innerExtensions = new Set(['stacktrace', 'exception', 'serviceName']);

/**
 * Asks a subgraph. Its errors carry its name, as `extensions.service`: other gateways call it so. Rejects only where `fetch`
 * has a bug.
 */
export async function ask(fetch: FetchSubgraph, request: SubgraphRequest): Promise<Answer> {
  let response: unknown;
  try {
    response = await fetch(request);
  } catch (error) {
    if (error instanceof SubgraphFailure) {
      return failed(failureOf(error));
    }
    throw error;
  }
  if (!isJsonObject(response)) {
    return failed(invalidResponse(request.subgraph));
  }
  const told: readonly SubgraphErrorJson[] = Array.isArray(response.errors) ? response.errors : [];
  if (told.length > maxErrors) {
    return failed(invalidResponse(request.subgraph));
  }
  const errors = told.map((error) => locatedError(error, request.subgraph));
  if (!isJsonObject(response.data)) {
    return errors.length === 0
      ? failed(invalidResponse(request.subgraph))
      : { failed: true, errors: errors.slice(0, errorsOfAFailedFetch) };
  }
  const pathless = errors.filter(({ path }) => path.length === 0);
  return pathless.length > 0
    ? { failed: true, errors: pathless.slice(0, errorsOfAFailedFetch) }
    : { failed: false, data: response.data, errors };
}

/** That a subgraph's answer is none that its schema allows. */
export function invalidResponse(subgraph: string): Failure {
  return failureOf(new SubgraphFailure(subgraph, 'SUBGRAPH_INVALID_RESPONSE'));
}

function failureOf({ message, code, subgraph }: SubgraphFailure): Failure {
  return { message, extensions: { code, service: subgraph } };
}

function failed(failure: Failure): Answer {
  return { failed: true, errors: [{ failure, path: [] }] };
}

function locatedError(error: SubgraphErrorJson | null, subgraph: string): LocatedError {
  const message = typeof error?.message === 'string' ? error.message : 'The subgraph told of no reason.';
  const extensions: Record<string, unknown> = {};
  if (isJsonObject(error?.extensions)) {
    for (const [name, value] of Object.entries(error.extensions)) {
      if (!innerExtensions.has(name) && name !== '__proto__') {
        extensions[name] = value;
      }
    }
  }
  const code = typeof extensions.code === 'string' ? extensions.code : 'SUBGRAPH_ERROR';
  return {
    failure: { message, extensions: { ...extensions, code, service: subgraph } },
    path: pathOf(error?.path),
  };
}

function pathOf(path: unknown): (string | number)[] {
  return Array.isArray(path)
    ? path.filter((segment) => typeof segment === 'string' || typeof segment === 'number')
    : [];
}

/**
 * Records an error where the answer has its null. `path` starts in `data`, and is in the answer's own keys: this is
 * to be done before keys are renamed and anything is merged. An error whose path leads nowhere nulls what is missing
 * in the last object that it came through.
 */
export function recordAt(
  data: JsonObject,
  shape: Shape,
  { failure }: LocatedError,
  path: readonly (string | number)[],
  failures: Failures,
  types: TypeConditions,
): void {
  let container: JsonObject | unknown[] = data;
  let below: Shape = shape;
  for (const [depth, segment] of path.entries()) {
    let key: string | number;
    let next: Shape | undefined = below;
    if (Array.isArray(container)) {
      key = Number(segment);
    } else {
      const typename: unknown = container.__typename;
      const field = below.fields.find(
        (candidate) => candidate.answered === segment && hasField(candidate, typename, types),
      );
      if (field === undefined) {
        break;
      }
      key = field.key;
      next = field.shape;
    }
    const value: unknown = (container as Record<string | number, unknown>)[segment];
    if (value === null || value === undefined) {
      failures.record(container, key, next, failure, inMergedKeys(path.slice(depth + 1), next));
      return;
    }
    if (next === undefined || typeof value !== 'object') {
      return;
    }
    container = value as JsonObject | unknown[];
    below = next;
  }
  if (!Array.isArray(container)) {
    failures.recordAll(container, below, failure);
  }
}

/** A path under a null, in keys of the merged data; cut off where it names what was not asked. */
export function inMergedKeys(
  path: readonly (string | number)[],
  shape: Shape | undefined,
): (string | number)[] {
  const merged: (string | number)[] = [];
  let below = shape;
  for (const segment of path) {
    if (typeof segment === 'number') {
      merged.push(segment);
      continue;
    }
    const field = below?.fields.find(({ answered }) => answered === segment);
    if (field === undefined) {
      break;
    }
    merged.push(field.key);
    below = field.shape;
  }
  return merged;
}
