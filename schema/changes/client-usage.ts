/** Computes what each client uses of a schema, from its operations and from recorded counts. */
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  Kind,
  typeFromAST,
  visit,
} from 'graphql';
import { usedCoordinates } from '../../gateway/usage/used-coordinates.ts';
import type { RecordedUsage } from '../../store/shared-state/port.ts';
import type { BreakingChange } from './breaking-changes.ts';
import { clientLabel } from './checked-operations.ts';

/** The coordinates that one document uses. */
export interface DocumentUsage {
  readonly certain: ReadonlySet<string>;
  /** Input fields and enum values that may be in the values of the document's variables. */
  readonly possible: ReadonlySet<string>;
}

/**
 * `query ($by: By!) { books(by: $by) { title } }` certainly uses `Query.books`, `Query.books.by`, `By` and `Book.title`,
 * and possibly all fields of `By`.
 */
export function usageOf(document: DocumentNode, schema: GraphQLSchema): DocumentUsage {
  const possible = new Set<string>();
  visit(document, {
    [Kind.VARIABLE_DEFINITION]: ({ type: node }) => {
      const type = typeFromAST(schema, node);
      if (isInputType(type)) {
        addPossible(type, possible);
      }
    },
  });
  return { certain: usedCoordinates(document, schema), possible };
}

function addPossible(type: GraphQLInputType, possible: Set<string>): void {
  const named = getNamedType(type);
  if (possible.has(named.name)) {
    return;
  }
  if (isEnumType(named)) {
    possible.add(named.name);
    for (const { name } of named.getValues()) {
      possible.add(`${named.name}.${name}`);
    }
  } else if (isInputObjectType(named)) {
    possible.add(named.name);
    for (const field of Object.values(named.getFields())) {
      possible.add(`${named.name}.${field.name}`);
      addPossible(field.type, possible);
    }
  }
}

/**
 * Whether a change breaks a document. `breaks` says whether it breaks the documents that use the changed coordinate, or
 * those that omit it. Always false for a change of a root type, and for a change that only makes documents invalid.
 */
export function breaksDocument(
  { coordinate, breaks }: BreakingChange,
  { certain, possible }: DocumentUsage,
): boolean {
  if (coordinate === null || breaks === 'documents') {
    return false;
  }
  return breaks === 'omissions'
    ? uses(parentOf(coordinate), certain, possible) && !certain.has(coordinate)
    : uses(coordinate, certain, possible);
}

/** Whether one of the sets has the coordinate. A type is also used if one of its fields is. */
function uses(coordinate: string, ...sets: readonly ReadonlySet<string>[]): boolean {
  return sets.some(
    (set) =>
      set.has(coordinate) ||
      (!coordinate.includes('.') && [...set].some((one) => one.startsWith(`${coordinate}.`))),
  );
}

const parentOf = (coordinate: string): string => coordinate.slice(0, coordinate.lastIndexOf('.'));

/** The requests of one version of a client, by coordinate. */
export interface RecordedClient {
  readonly client: string;
  readonly requests: ReadonlyMap<string, number>;
  /** The last day on which each coordinate was used. */
  readonly lastDays: ReadonlyMap<string, string>;
}

export function recordedClients({ coordinates }: RecordedUsage): readonly RecordedClient[] {
  const rows = Map.groupBy(coordinates, ({ client, version }) => clientLabel(client, version));
  return [...rows].map(([client, ofClient]) => ({
    client,
    requests: new Map(ofClient.map(({ coordinate, requests }) => [coordinate, requests])),
    lastDays: new Map(ofClient.map(({ coordinate, lastDay }) => [coordinate, lastDay])),
  }));
}

/**
 * The number of recorded requests that a change would have broken, as far as the counts show, and the last day of such a
 * request. Null if there are none.
 */
export function brokenRequests(
  { coordinate, breaks }: BreakingChange,
  { requests, lastDays }: RecordedClient,
): { readonly requests: number; readonly lastDay: string } | null {
  if (coordinate === null || breaks === 'documents') {
    return null;
  }
  const used = breaks === 'omissions' ? parentOf(coordinate) : coordinate;
  const matching = [...requests.keys()].filter(
    (one) => one === used || (!used.includes('.') && one.startsWith(`${used}.`)),
  );
  const total = matching.reduce((most, one) => Math.max(most, requests.get(one) ?? 0), 0);
  const broken = breaks === 'omissions' ? total - (requests.get(coordinate) ?? 0) : total;
  const [lastDay] = matching
    .map((one) => lastDays.get(one) ?? '')
    .sort()
    .reverse();
  return broken > 0 && lastDay !== undefined ? { requests: broken, lastDay } : null;
}
