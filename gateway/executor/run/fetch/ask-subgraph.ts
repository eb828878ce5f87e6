import { isJsonObject, type JsonObject } from '../../json.ts';
import { isWritable } from '../../nesting.ts';
import type { Failure } from '../failures.ts';
import { type FetchSubgraph, SubgraphFailure, type SubgraphRequest } from '../subgraph.ts';

/** A subgraph's error, after a check. If the error has no valid path, `path` is empty. */
export interface LocatedError {
  readonly failure: Failure;
  readonly path: readonly (string | number)[];
}

/** The result of a fetch. The fetch has failed if there is no data. */
export type SubgraphAnswer =
  | { readonly failed: false; readonly data: JsonObject; readonly errors: readonly LocatedError[] }
  | { readonly failed: true; readonly errors: readonly LocatedError[] };

/** The largest number of errors in one response. The rest is not read. */
const maxErrors = 10_000;
/** Extensions that reveal a subgraph's internals. */
const internalExtensions = new Set(['stacktrace', 'exception', 'serviceName']);

/**
 * Sends a request to a subgraph and checks the response. Each error gets the subgraph's name as `extensions.service`,
 * as in other gateways. The fetch fails only if there is no `data`: errors never make data invalid (decision 43).
 *
 * Rejects only if `fetch` has a bug.
 */
export async function askSubgraph(fetch: FetchSubgraph, request: SubgraphRequest): Promise<SubgraphAnswer> {
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
  const errors = errorsOf(response, request.subgraph);
  if (!isJsonObject(response.data)) {
    return errors.length === 0 ? failed(invalidResponse(request.subgraph)) : { failed: true, errors };
  }
  return { failed: false, data: response.data, errors };
}

/** Returns the failure for a response that doesn't match the subgraph's schema. */
export function invalidResponse(subgraph: string): Failure {
  return failureOf(new SubgraphFailure(subgraph, 'SUBGRAPH_INVALID_RESPONSE'));
}

/** Returns the failure for an answer whose number of entities is not the number of representations. */
export function wrongNumberOfEntities(subgraph: string): Failure {
  const message = `The subgraph ${subgraph} did not answer with as many entities as it was asked for.`;
  return { message, extensions: { code: 'SUBGRAPH_INVALID_RESPONSE', service: subgraph } };
}

function failureOf({ message, code, subgraph }: SubgraphFailure): Failure {
  return { message, extensions: { code, service: subgraph } };
}

/**
 * The errors of a response. A value that is not a list of errors counts as one error. One error stands for all errors
 * beyond `maxErrors`.
 */
function errorsOf({ errors = null }: JsonObject, subgraph: string): readonly LocatedError[] {
  if (errors === null) {
    return [];
  }
  const all: readonly unknown[] = Array.isArray(errors) ? errors : [errors];
  const located = all.slice(0, maxErrors).map((error) => locatedError(error, subgraph));
  if (all.length > maxErrors) {
    located.push(locatedError({ message: `There are more than ${maxErrors} errors.` }, subgraph));
  }
  return located;
}

function failed(failure: Failure): SubgraphAnswer {
  return { failed: true, errors: [{ failure, path: [] }] };
}

function locatedError(json: unknown, subgraph: string): LocatedError {
  const error: JsonObject = isJsonObject(json) ? json : { message: json };
  const message = typeof error.message === 'string' ? error.message : 'The subgraph gave no reason.';
  const extensions: Record<string, unknown> = {};
  if (isJsonObject(error.extensions)) {
    for (const [name, value] of Object.entries(error.extensions)) {
      if (!internalExtensions.has(name) && name !== '__proto__' && isWritable(value)) {
        extensions[name] = value;
      }
    }
  }
  const code = typeof extensions.code === 'string' ? extensions.code : 'SUBGRAPH_ERROR';
  return {
    failure: { message, extensions: { ...extensions, code, service: subgraph } },
    path: pathOf(error.path),
  };
}

/** The valid beginning of a path: all segments before one that is not a key or an index. */
function pathOf(path: unknown): readonly (string | number)[] {
  if (!Array.isArray(path)) {
    return [];
  }
  const end = path.findIndex(
    (segment) => typeof segment !== 'string' && !(Number.isSafeInteger(segment) && segment >= 0),
  );
  return end === -1 ? path : path.slice(0, end);
}
