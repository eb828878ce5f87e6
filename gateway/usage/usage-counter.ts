import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  Kind,
  separateOperations,
  typeFromAST,
} from 'graphql';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import type { CountedOperation, DayOfUsage } from '../../store/shared-state/port.ts';
import type { Client } from './client.ts';
import { recordedText } from './recorded-text.ts';
import { addCoordinatesOfValue, hasCoordinates, usedCoordinates } from './used-coordinates.ts';

/** One operation of a client's document. Requests for the same operation must pass the same object. */
export interface UsedOperation {
  readonly name: string | null;
  /** The operation with its literals replaced by variables, and the hash of this text. */
  readonly cached: { readonly hash: string; readonly text: string };
  /** The values of the literals, by the names of the variables that replace them. */
  readonly literals: Readonly<Record<string, unknown>>;
}

/** The document in which a request sends its operation, and the values of its variables. */
export interface UsedDocument {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly schema: GraphQLSchema;
}

/** Counts a request of one client. Its document must be valid. */
export type CountUsage = (operation: UsedOperation, requested: UsedDocument) => void;

/** Everything about an operation that is the same for each request. */
interface CountableOperation {
  /** Null until the operation is counted for the first time, because writing the text takes a while. */
  text: string | null;
  readonly coordinates: ReadonlySet<string>;
  /** The types of the variables whose values may contain input fields or enum values, by the variable's name. */
  readonly variables: ReadonlyMap<string, GraphQLInputType>;
}

/** The counts of one client in one version on one day, since the last {@link UsageCounter.drain}. */
interface Tally extends Pick<DayOfUsage, 'day' | 'client' | 'version'> {
  readonly coordinates: Map<string, number>;
  /** By hash. */
  readonly operations: Map<string, CountedOperation>;
}

/** The bounds of the counter. Requests beyond a bound are counted too, but with less detail. */
export interface UsageBounds {
  /**
   * The maximum number of client versions in a day. The limit applies once to the clients that a token names, and once
   * to all others, whose names anybody can invent. Versions beyond the limit are counted together.
   */
  readonly clients: number;
  /**
   * The maximum number of operations in a day. As with `clients`, there is one limit for clients that a token names,
   * and one for all others. An operation counts once for each client version. Of operations beyond the limit, only the
   * schema coordinates are counted, such as `Query.books`.
   */
  readonly operations: number;
  /** The maximum number of characters of an operation. Only the schema coordinates of a longer one are counted. */
  readonly textLength: number;
  /**
   * The maximum number of schema coordinates that are counted between two drains (transfers to the store), for all
   * clients together. When it is reached, all requests are counted under one client, `(others)`. Clients that no token
   * names are counted in this way as soon as half of this number is reached.
   */
  readonly coordinates: number;
}

/** With these bounds, the counts take about 80 MB at most, and usually less than 1 MB. */
const defaultBounds: UsageBounds = {
  clients: 200,
  operations: 2_000,
  textLength: 10_000,
  coordinates: 400_000,
};

/** The client under which all clients beyond the bound are counted. */
const others = { client: '(others)', version: '' };

/** The versions of clients, and the operations, that were counted today. */
class Counted {
  readonly clients = new Set<string>();
  readonly operations = new Set<string>();
}

/** Adds to the set, unless it is full. Returns whether the key is in it. */
function admit(set: Set<string>, key: string, max: number): boolean {
  if (set.size < max) {
    set.add(key);
  }
  return set.has(key);
}

/** Counts the operations and coordinates that clients use, until the counts are drained (decision 59). */
export class UsageCounter {
  readonly #now: () => number;
  readonly #bounds: UsageBounds;
  readonly #known = new WeakMap<UsedOperation, CountableOperation>();
  #tallies = new Map<string, Tally>();
  /** The number of coordinates in all tallies. */
  #coordinates = 0;
  #day = '';
  #counted = { verified: new Counted(), claimed: new Counted() };

  /** `now` returns the time in ms since 1970. It decides to which day a request belongs. */
  constructor(now: () => number, bounds: UsageBounds = defaultBounds) {
    this.#now = now;
    this.#bounds = bounds;
  }

  /** Counts one request. Its document must be valid. */
  count(client: Client, operation: UsedOperation, requested: UsedDocument): void {
    const known = this.#known.get(operation) ?? knownOperation(operation, requested);
    this.#known.set(operation, known);
    const { cached, name, literals } = operation;
    const counted = this.#today()[client.isVerified ? 'verified' : 'claimed'];
    const tally = this.#tallyOf(client, counted);
    let used = known.coordinates;
    if (known.variables.size > 0) {
      const withValues = new Set(used);
      for (const [name, type] of known.variables) {
        addCoordinatesOfValue(requested.variables[name], type, withValues);
      }
      used = withValues;
    }
    for (const coordinate of used) {
      this.#add(tally, coordinate, 1);
    }
    const { hash } = cached;
    const key = `${tally.client}\n${tally.version}\n${hash}`;
    const { operations, textLength } = this.#bounds;
    if (cached.text.length <= textLength && admit(counted.operations, key, operations)) {
      known.text ??= recordedText({
        text: cached.text,
        schema: requested.schema,
        isLiteral: (variable) => Object.hasOwn(literals, variable),
      });
      const requests = (tally.operations.get(hash)?.requests ?? 0) + 1;
      const shownName = name === null ? null : nameToShow(name);
      tally.operations.set(hash, { hash, name: shownName, text: known.text, requests });
    }
  }

  /** Returns the counts, and begins again at 0. */
  drain(): DayOfUsage[] {
    const drained = [...this.#tallies.values()];
    this.#tallies = new Map();
    this.#coordinates = 0;
    return drained.map((tally) => ({ ...tally, operations: [...tally.operations.values()] }));
  }

  /**
   * Adds counts again that were drained, but could not be stored. Counts from before yesterday are dropped, so that an
   * outage of many days takes no more memory.
   */
  restore(usage: readonly DayOfUsage[]): void {
    const yesterday = dayOf(this.#now() - 24 * 60 * 60 * 1000);
    const recent = usage.filter(({ day }) => day >= yesterday);
    for (const { day, client, version, coordinates, operations } of recent) {
      const tally = this.#tally(day, { client, version });
      for (const [coordinate, requests] of coordinates) {
        this.#add(tally, coordinate, requests);
      }
      for (const { requests, ...operation } of operations) {
        const since = tally.operations.get(operation.hash)?.requests ?? 0;
        tally.operations.set(operation.hash, { ...operation, requests: since + requests });
      }
    }
  }

  #add({ coordinates }: Tally, coordinate: string, requests: number): void {
    const before = coordinates.get(coordinate);
    coordinates.set(coordinate, (before ?? 0) + requests);
    this.#coordinates += before === undefined ? 1 : 0;
  }

  #today() {
    const day = dayOf(this.#now());
    if (day !== this.#day) {
      this.#day = day;
      this.#counted = { verified: new Counted(), claimed: new Counted() };
    }
    return this.#counted;
  }

  #tallyOf({ client, version, isVerified }: Client, { clients }: Counted): Tally {
    const bounds = this.#bounds;
    // Half of the coordinates are kept for clients that a token names. Other clients can't use up this half.
    const maxCoordinates = isVerified ? bounds.coordinates : bounds.coordinates / 2;
    const isApart =
      this.#coordinates < maxCoordinates && admit(clients, `${client}\n${version}`, bounds.clients);
    return this.#tally(this.#day, isApart ? { client, version } : others);
  }

  #tally(day: string, { client, version }: Pick<Tally, 'client' | 'version'>): Tally {
    const key = `${day}\n${client}\n${version}`;
    const tally = this.#tallies.get(key) ?? {
      day,
      client,
      version,
      coordinates: new Map<string, number>(),
      operations: new Map<string, CountedOperation>(),
    };
    this.#tallies.set(key, tally);
    return tally;
  }
}

/** The day in UTC, as in `2026-11-30`. `ms` is the time since 1970. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function knownOperation({ name }: UsedOperation, { document, schema }: UsedDocument): CountableOperation {
  const own = separateOperations(document)[name ?? ''] ?? document;
  return {
    text: null,
    coordinates: usedCoordinates(own, schema),
    variables: structuredVariables(own, schema),
  };
}

function structuredVariables(
  { definitions }: DocumentNode,
  schema: GraphQLSchema,
): ReadonlyMap<string, GraphQLInputType> {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const types = new Map<string, GraphQLInputType>();
  for (const { variable, type: node } of operation?.variableDefinitions ?? []) {
    const type = typeFromAST(schema, node);
    if (isInputType(type) && hasCoordinates(type)) {
      types.set(variable.name.value, type);
    }
  }
  return types;
}
