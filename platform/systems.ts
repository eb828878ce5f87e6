/**
 * The registry of the legacy systems: one entry for each. Configuration, health, metrics, the embedded start, the
 * simulators, the deployment's checks and the tests read it. A new system is an entry in `addedSystems` and its own
 * folders:
 *
 * | folder | what |
 * |---|---|
 * | `adapters/<adapter>/` | the vendor's contract, `port.ts` and `soap.ts` |
 * | `schema/<subgraph>.graphql` | its fields in the graph |
 * | `subgraphs/<subgraph>/` | `open.ts` opens the subgraph, and `main.ts` is its process |
 * | `simulators/<id>/` | `system.ts` makes the simulator |
 *
 * The entries are data. docs/decisions/0063-one-registry.md has the reasons.
 */
import { type CallClass, callClasses } from './priority/call-classes.ts';

/** The protection of a system. `login`: each call needs `<ID>_USER` and `<ID>_PASSWORD`. */
export type SystemSecurity =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'login';
      /** The login of the simulator. It protects only made-up people. */
      readonly simulated: { readonly user: string; readonly password: string };
    };

/** The limits of the calls to a system, where they differ from the limits in `adapters/soap/policy/limits.ts`. */
export interface SystemLimits {
  /** The longest deadline of a call, in ms, whatever `LEGACY_LIMITS` says. */
  readonly maxDeadlineMs?: number;
  /** The deadline of a call, in ms, if `LEGACY_LIMITS` doesn't set it. */
  readonly deadlineMs?: number;
  /** The number of concurrent calls if `<ID>_CONNECTIONS` is not set. */
  readonly connections?: number;
}

/** The WSDL of a system, and how it is read. */
export interface SystemContract {
  /** The WSDL's path below the adapter's folder. */
  readonly wsdl: string;
  /** The name of the port. It may be left out if the WSDL has only one for SOAP. */
  readonly port?: string;
  /** What to do with elements in answers that the contract doesn't have. `refused` by default. */
  readonly unknownElements?: 'refused' | 'skipped';
  /**
   * Operations that our reader of contracts doesn't support, and that nobody calls. An unsupported operation that is
   * not in this list is an error.
   */
  readonly refused?: readonly string[];
  /**
   * The differences between our reading of the contract and the reading by the package `soap`, and why ours is right.
   */
  readonly exceptions?: Readonly<Record<string, string>>;
}

export interface SystemEntry {
  /** The short name, in lower case: `prs`. The system's variables begin with this name in upper case: `PRS_URL`. */
  readonly id: string;
  /** The name in errors, logs, metrics and `/health/dependencies`. */
  readonly name: string;
  /** The name in messages to readers, in traditional Chinese. */
  readonly chineseName: string;
  /** The name as it is used within a sentence of an error: "PRS_URL is wanted: where the patron registry is." */
  readonly inSentence: string;
  /**
   * If true, the system may be left out: without `<ID>_URL`, its subgraph doesn't start, and the graph has none of its
   * fields. `npm start` simulates an optional system if all systems are simulated, or if the system in `simulatedWith`
   * is simulated.
   */
  readonly isOptional: boolean;
  /** The system whose records an optional system's simulator refers to. */
  readonly simulatedWith?: 'prs' | 'cms' | 'circ';
  /** The folder below `adapters/`. */
  readonly adapter: string;
  readonly contract: SystemContract;
  readonly security: SystemSecurity;
  readonly limits: SystemLimits;
  /**
   * The classes of the requests that call the system, the most urgent first (`platform/priority/call-classes.ts`). No
   * connection is kept free for classes that are more urgent than the first one.
   */
  readonly callClasses: readonly [CallClass, ...CallClass[]];
  /** The subgraph that has the system's fields, and the port of this subgraph's own process. */
  readonly subgraph: { readonly name: string; readonly port: number };
  readonly simulator: { readonly path: string; readonly port: number };
}

/** The systems that lending needs. Every subgraph may call them (`subgraphs/open-services.ts`). */
export const coreSystems = [
  {
    id: 'prs',
    name: 'patron registry',
    chineseName: '讀者登記系統',
    inSentence: 'the patron registry',
    isOptional: false,
    adapter: 'patrons',
    contract: { wsdl: 'patron-registry.wsdl' },
    security: { kind: 'none' },
    limits: {},
    callClasses,
    subgraph: { name: 'patrons', port: 4001 },
    simulator: { path: '/prs', port: 8101 },
  },
  {
    id: 'cms',
    name: 'card management',
    chineseName: '證件管理系統',
    inSentence: 'card management',
    isOptional: false,
    adapter: 'credentials',
    contract: { wsdl: 'card-management.wsdl' },
    security: { kind: 'login', simulated: { user: 'patron-graph', password: 'cms-secret' } },
    limits: {},
    callClasses,
    subgraph: { name: 'credentials', port: 4002 },
    simulator: { path: '/cms', port: 8102 },
  },
  {
    id: 'circ',
    name: 'circulation',
    chineseName: '流通系統',
    inSentence: 'the circulation system',
    isOptional: false,
    adapter: 'circulation',
    contract: { wsdl: 'circulation.wsdl' },
    security: { kind: 'login', simulated: { user: 'PGRAPH', password: 'circ-secret' } },
    // The reconciler needs a limit to know when the last call that could make a change has ended
    // (`changeTimes.callMs`).
    limits: { maxDeadlineMs: 5_000 },
    callClasses,
    subgraph: { name: 'circulation', port: 4003 },
    simulator: { path: '/circ', port: 8103 },
  },
] as const satisfies readonly SystemEntry[];

/** The systems that only their own subgraph calls. Each is opened by `subgraphs/<subgraph>/open.ts`. */
export const addedSystems = [
  {
    id: 'rps',
    name: 'payment system',
    chineseName: '收費及付款系統',
    inSentence: 'the payment system',
    isOptional: true,
    simulatedWith: 'circ',
    adapter: 'charges',
    contract: { wsdl: 'revenue.wsdl' },
    security: { kind: 'login', simulated: { user: 'patron-graph', password: 'rps-secret' } },
    // A change whose answer was lost may still be made within this limit plus the time that RPS itself may take
    // (`start-prepared.ts`).
    limits: { maxDeadlineMs: 5_000 },
    callClasses,
    subgraph: { name: 'charges', port: 4011 },
    simulator: { path: '/rps', port: 8104 },
  },
] as const satisfies readonly SystemEntry[];

export const systems: readonly System[] = [...coreSystems, ...addedSystems];

export type CoreSystem = (typeof coreSystems)[number];
export type CoreSystemId = CoreSystem['id'];
/** An entry of this registry, with its literal values. */
export type System = CoreSystem | (typeof addedSystems)[number];
export type SystemId = System['id'];
export type SubgraphName = System['subgraph']['name'];

/** The beginning of the names of a system's variables: `PRS` for `prs`. */
export const variablePrefix = ({ id }: Pick<SystemEntry, 'id'>): string => id.toUpperCase();

/** The variables with the login that a system's callers need, such as `CMS_USER` and `CMS_PASSWORD`. */
export const userVariable = (entry: SystemEntry): string => `${variablePrefix(entry)}_USER`;
export const passwordVariable = (entry: SystemEntry): string => `${variablePrefix(entry)}_PASSWORD`;

/** A value for each of the systems that lending needs. */
export const bySystem = <Value>(make: (entry: CoreSystem) => Value): Readonly<Record<CoreSystemId, Value>> =>
  Object.fromEntries(coreSystems.map((entry) => [entry.id, make(entry)])) as Record<CoreSystemId, Value>;

/** The entry with this id. @throws TypeError if there is none. */
export function systemOf<Id extends SystemId>(id: Id): Extract<System, { readonly id: Id }> {
  const isWanted = (entry: System): entry is Extract<System, { readonly id: Id }> => entry.id === id;
  const found = systems.find(isWanted);
  if (found === undefined) {
    throw new TypeError(`${id} is not a legacy system`);
  }
  return found;
}

export const coreSystemIds: readonly CoreSystemId[] = coreSystems.map(({ id }) => id);
export const coreSubgraphs: readonly CoreSystem['subgraph']['name'][] = coreSystems.map(
  ({ subgraph }) => subgraph.name,
);
