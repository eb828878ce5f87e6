/**
 * urql 6, with its document cache or Graphcache. Neither has a method to mark an object as changed. So this file
 * records which query shows which objects, before the operations reach the cache.
 */
import { type DocumentNode, Kind } from 'graphql';
import type { LiveCache } from './refresh.ts';
import { isStale } from './stale.ts';

/** The members of an `Operation` that are used here. */
interface UrqlOperation {
  readonly key: number;
  readonly kind: string;
  readonly query: DocumentNode;
  readonly context: object;
}

/** The members of an `OperationResult` that are used here. */
interface UrqlResult<Operation> {
  readonly operation: Operation;
  readonly data?: unknown;
  /** Whether another result is on its way. */
  readonly stale: boolean;
}

export interface UrqlCache<Operation> extends LiveCache {
  /** The argument of `mapExchange`, which must come before the exchange of the cache. */
  readonly hooks: {
    onOperation(operation: Operation): Operation;
    onResult(result: UrqlResult<Operation>): void;
  };
}

/** Whether an answer shows, or may show, something that has changed. */
type IsMeant = (fields: readonly string[], data: unknown) => boolean;

interface Query<Operation> {
  readonly operation: Operation;
  /** The fields of `Query` that the query selects outside of fragments. */
  readonly fields: readonly string[];
  data: unknown;
  isReading: boolean;
  /** A test for each change since the request under way was sent. The answer may be older than these changes. */
  meanwhile: IsMeant[];
  /** Whether the next execution must call the graph, regardless of the cache. */
  mustBeRead: boolean;
}

/**
 * The number of queries that are remembered. A query that was forgotten is read from the graph when it is executed again.
 */
const maxQueries = 1_000;

/**
 * The maximum number of changes that are remembered for a query whose answer has not come. After more changes, the
 * query is read again, whatever the answer contains.
 */
const maxMeanwhile = 100;

/** @param reexecute calls the client's `reexecuteOperation`, which sends only the operations that are on a screen */
export function urqlCache<Operation extends UrqlOperation>(
  reexecute: (operation: Operation) => void,
): UrqlCache<Operation> {
  const queries = new Map<number, Query<Operation>>();
  let hasForgotten = false;
  const remember = (query: Query<Operation>) => {
    queries.delete(query.operation.key);
    queries.set(query.operation.key, query);
    const [oldest] = queries.keys();
    if (queries.size > maxQueries && oldest !== undefined) {
      queries.delete(oldest);
      hasForgotten = true;
    }
  };
  const readAgain = (query: Query<Operation>) => {
    query.mustBeRead = true;
    reexecute(fromGraph(query.operation));
  };
  const invalidate = (isMeant: IsMeant) => {
    for (const query of [...queries.values()]) {
      if (query.isReading) {
        query.meanwhile =
          query.meanwhile.length < maxMeanwhile ? [...query.meanwhile, isMeant] : [() => true];
      } else if (isMeant(query.fields, query.data)) {
        readAgain(query);
      }
    }
  };
  return {
    hooks: {
      onOperation(operation) {
        if (operation.kind !== 'query') {
          return operation;
        }
        const known = queries.get(operation.key);
        const mustBeRead = known?.mustBeRead ?? hasForgotten;
        remember({
          operation,
          fields: known?.fields ?? fieldsOf(operation.query),
          data: known?.data,
          isReading: true,
          meanwhile: known?.meanwhile ?? [],
          mustBeRead: false,
        });
        return mustBeRead ? fromGraph(operation) : operation;
      },
      onResult({ operation, data, stale }) {
        const query = queries.get(operation.key);
        if (query === undefined) {
          return;
        }
        query.data = data;
        query.isReading = stale;
        const { meanwhile, fields } = query;
        if (!stale) {
          query.meanwhile = [];
          if (meanwhile.some((isMeant) => isMeant(fields, data))) {
            // While the client delivers a result, it can't start another operation. So the query is read later.
            queueMicrotask(() => readAgain(query));
          }
        }
      },
    },
    invalidate: (changed) =>
      invalidate(
        (fields, data) => fields.some((name) => changed.fields.includes(name)) || isStale(data, changed),
      ),
    invalidateAll: () => invalidate(() => true),
  };
}

const fromGraph = <Operation extends UrqlOperation>(operation: Operation): Operation => ({
  ...operation,
  context: { ...operation.context, requestPolicy: 'network-only' },
});

const fieldsOf = ({ definitions }: DocumentNode): readonly string[] =>
  definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [selection.name.value] : [],
        )
      : [],
  );
