import { type Failure, type Failures, failureOf } from './failures.ts';
import { type Feed, feedsOf } from './feeds.ts';
import { clone, merge } from './merge.ts';
import type { BatchFetchNode, EntityBatchAlias, FetchNode, FlattenSegment } from './plan.ts';
import { Representations, represent, targetsAt, Unrepresentable } from './represent.ts';
import { applyRewrites } from './rewrite.ts';
import {
  type Data,
  type FetchSubgraph,
  type IsSubtype,
  isData,
  type Path,
  type SubgraphError,
  SubgraphFailure,
  type SubgraphRequest,
  type SubgraphResponse,
} from './types.ts';

/** What one execution shares between its fetches. */
export interface Run {
  /** The merged data, by the plan's keys. */
  readonly root: Data;
  readonly failures: Failures;
  /** By the plan's names. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fetch: FetchSubgraph;
  readonly isSubtype: IsSubtype;
}

/** What clients read where a subgraph gave no answer. */
const failureMessages = {
  SUBGRAPH_UNAVAILABLE: "A part of the system can't be reached.",
  SUBGRAPH_TIMEOUT: 'A part of the system did not answer in time.',
  SUBGRAPH_INVALID_RESPONSE: 'A part of the system gave an answer that makes no sense.',
} as const;

function brokenBy(code: keyof typeof failureMessages): SubgraphError {
  return { message: failureMessages[code], extensions: { code } };
}

/** Root fields from one subgraph. */
export async function fetchRoot(node: FetchNode, run: Run): Promise<void> {
  const response = await ask(node, {}, run);
  const feeds = feedsOf(node).get('') ?? [];
  if (isData(response.data)) {
    applyRewrites(node.outputRewrites, response.data, run.isSubtype);
    merge(run.root, response.data, run.isSubtype);
  }
  for (const error of response.errors ?? []) {
    if (error.path !== undefined && error.path.length > 0) {
      run.failures.addAlong(run.root, error.path, error);
    }
  }
  if (!isData(response.data)) {
    // Errors without a place speak for all that is missing; so does data without an error.
    fail(
      run,
      run.root,
      feeds,
      (response.errors ?? []).map((error) => failureOf(error)),
    );
  }
}

/** More of the entities at the end of `path`, from one subgraph. */
export async function fetchEntities(
  node: FetchNode,
  path: readonly FlattenSegment[],
  run: Run,
): Promise<void> {
  const alias: EntityBatchAlias = {
    alias: '_entities',
    representationsVariableName: 'representations',
    paths: [path],
    requires: node.requires ?? [],
    ...(node.inputRewrites !== undefined && { inputRewrites: node.inputRewrites }),
    ...(node.outputRewrites !== undefined && { outputRewrites: node.outputRewrites }),
  };
  await fetchBatch(node, [alias], run);
}

/** Several groups of entities from one subgraph, in one request. */
export async function fetchBatch(
  node: FetchNode | BatchFetchNode,
  aliases: readonly EntityBatchAlias[],
  run: Run,
): Promise<void> {
  const batches = aliases.map((alias) => ({
    alias,
    feeds: feedsOf(node).get(alias.alias) ?? [],
    representations: representAll(alias, feedsOf(node).get(alias.alias) ?? [], run),
  }));
  if (batches.every(({ representations }) => representations.values.length === 0)) {
    return;
  }
  const variables = Object.fromEntries(
    batches.map(({ alias, representations }) => [alias.representationsVariableName, representations.values]),
  );
  const response = await ask(node, variables, run);
  for (const { alias, feeds, representations } of batches) {
    mergeEntities(response, alias, feeds, representations, run);
  }
}

function representAll(alias: EntityBatchAlias, feeds: readonly Feed[], run: Run): Representations {
  const representations = new Representations();
  for (const target of alias.paths.flatMap((path) =>
    targetsAt(path, run.root, run.failures, run.isSubtype),
  )) {
    const represented = represent(target, alias.requires, alias.inputRewrites, run.failures, run.isSubtype);
    if (represented instanceof Unrepresentable) {
      fail(run, target.object, feeds, represented.failures);
    } else if (represented !== null) {
      representations.add(represented, target);
    }
  }
  return representations;
}

function mergeEntities(
  { data, errors = [] }: SubgraphResponse,
  { alias, outputRewrites }: EntityBatchAlias,
  feeds: readonly Feed[],
  representations: Representations,
  run: Run,
): void {
  const entities = data?.[alias];
  const placed = errors.filter(({ path }) => path?.[0] === alias && typeof path[1] === 'number');
  const unplaced = errors.filter((error) => !placed.includes(error)).map((error) => failureOf(error));
  for (const [index, targets] of representations.targets.entries()) {
    const entity: unknown = Array.isArray(entities) ? entities[index] : undefined;
    const own = placed.filter(({ path }) => path?.[1] === index);
    for (const [position, { object }] of targets.entries()) {
      if (isData(entity)) {
        const source = position < targets.length - 1 ? clone(entity) : entity;
        applyRewrites(outputRewrites, source, run.isSubtype);
        merge(object, source, run.isSubtype);
        placeErrors(object, own, run);
      } else if (own.length > 0) {
        loseEntity(object, feeds, own, run);
      } else if (entity === null) {
        // The subgraph doesn't know the entity: its fields are null, and that is an answer.
        fill(object, feeds, run);
      } else {
        fail(run, object, feeds, unplaced);
      }
    }
  }
}

/** Errors under `_entities.n`, at the object that the entity was merged into. */
function placeErrors(object: Data, errors: readonly SubgraphError[], run: Run): void {
  for (const error of errors) {
    const path: Path = error.path?.slice(2) ?? [];
    if (path.length > 0) {
      run.failures.addAlong(object, path, error);
    }
  }
}

/** The entity is null because a field of it failed that must not: that field has its own place, and takes the others along. */
function loseEntity(object: Data, feeds: readonly Feed[], errors: readonly SubgraphError[], run: Run): void {
  for (const key of fedKeys(object, feeds, run)) {
    const within = errors.filter(({ path }) => path?.[2] === key);
    for (const error of within.length > 0 ? within : errors) {
      run.failures.add(object, key, failureOf(error, within.length > 0 ? error.path?.slice(3) : []));
    }
  }
}

/** Puts failures at every field that a request should have fed; where it said nothing, that it said nothing. */
function fail(run: Run, object: Data, feeds: readonly Feed[], failures: readonly Failure[]): void {
  const known = failures.length > 0 ? failures : [failureOf(brokenBy('SUBGRAPH_INVALID_RESPONSE'))];
  for (const key of fedKeys(object, feeds, run)) {
    for (const failure of known) {
      run.failures.add(object, key, failure);
    }
  }
}

function fill(object: Data, feeds: readonly Feed[], run: Run): void {
  for (const key of fedKeys(object, feeds, run)) {
    object[key] ??= null;
  }
}

function fedKeys(object: Data, feeds: readonly Feed[], run: Run): string[] {
  const typename = object.__typename;
  return feeds
    .filter(
      ({ typeCondition }) =>
        typeCondition === null || typeof typename !== 'string' || run.isSubtype(typeCondition, typename),
    )
    .flatMap(({ keys }) => keys)
    .filter((key) => key !== '__typename');
}

/** Asks a subgraph. One that can't answer has answered with an error without a place. */
async function ask(
  node: FetchNode | BatchFetchNode,
  entityVariables: Record<string, unknown>,
  run: Run,
): Promise<SubgraphResponse> {
  const variables: Record<string, unknown> = { ...entityVariables };
  for (const name of node.variableUsages ?? []) {
    if (Object.hasOwn(run.variables, name)) {
      variables[name] = run.variables[name];
    }
  }
  const request: SubgraphRequest = {
    subgraph: node.serviceName,
    operation: node.operation,
    kind: node.operationKind ?? 'query',
    variables,
    ...(node.operationName !== undefined && { operationName: node.operationName }),
  };
  try {
    return await run.fetch(request);
  } catch (error) {
    if (error instanceof SubgraphFailure) {
      return { errors: [brokenBy(error.code)] };
    }
    throw error;
  }
}
