/**
 * The query planner: turns a supergraph and an operation into a plan. The plan says which fields the gateway requests from
 * each subgraph, and in which order. README.md explains the search. Other folders import only this file.
 */
import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
} from 'graphql';
import { fragmentsOf, InventedNames, namesIn, type PlanNode } from '../executor/index.ts';
import { type DeferredBlock, DeferredBlocks } from './deferred-blocks.ts';
import { whyUnresolved } from './explain/unresolved.ts';
import { FetchBuilder } from './fetches/build-fetches.ts';
import { planOf, scheduleRequests } from './fetches/schedule.ts';
import { turnsOf } from './fetches/turns.ts';
import { NodeWriter } from './fetches/write-nodes.ts';
import { directivesToSend, hasForms } from './forms.ts';
import { Candidates } from './search/candidates.ts';
import { PlanningPositions } from './search/planning-positions.ts';
import { Search } from './search/search.ts';
import type { SearchContext } from './search/search-context.ts';
import { type KeyOfRequired, type Selection, Selections } from './search/selections.ts';
import type { Solution } from './search/solution.ts';
import { TypeGroups } from './search/type-groups.ts';
import { apiSchemaOf } from './supergraph/api-schema.ts';
import type { Supergraph } from './supergraph/model.ts';
import { type LabelValues, OverrideLabels } from './supergraph/override-labels.ts';
import { readSupergraph } from './supergraph/read-supergraph.ts';
import { TimeIsUp, TimeLimit } from './time-limit.ts';
import { TypeSets } from './type-sets.ts';

export { readableLookup, readablePlan } from './explain/readable-plan.ts';
export { parseFieldSet } from './supergraph/join-directives.ts';

/**
 * Thrown if an operation can't be planned. `cause` has the reason, and `document` is the operation. The log gets only
 * the safe parts of both (`planning-diagnosis.ts`), and a client gets neither.
 */
export class PlanningError extends Error {
  override readonly name = 'PlanningError';
  readonly document: string;

  constructor(cause: unknown, document: string) {
    super("The operation can't be planned.", { cause });
    this.document = document;
  }
}

export interface Planner {
  /** The definitions of the schema that clients see. */
  readonly consumerSchema: DocumentNode;
  /** The percentages in the labels of progressive overrides, `@override(label: "percent(N)")`, ascending. */
  readonly overridePercentages: readonly number[];
  /** The labels of progressive overrides without a percentage, sorted. */
  readonly overrideLabels: readonly string[];
  /** Whether the supergraph contains the name. A key that the gateway invents must be another name. */
  isTaken(name: string): boolean;
  /**
   * The plan of a document with one operation. The document must be valid and have no introspection, `@skip` or
   * `@include`. `percentage` is drawn at random for the request, from 0 to below 100. An override with the label
   * `percent(N)` is on if N is greater than `percentage`. An override with another label is on if `labels` contains it.
   * @throws PlanningError
   */
  plan(document: string, percentage: number, labels?: readonly string[]): PlanNode;
  /** Does the same as `plan`. Null if this thread would need more than `maxMs` of CPU time for the plan. */
  planWithin(maxMs: number, ...args: PlanArguments): PlanNode | null;
}

export type PlanArguments = Parameters<Planner['plan']>;

/**
 * The largest number of views of one supergraph that are kept. A view is the supergraph with one set of overrides
 * switched on. Ten labels have a thousand such sets, and the view of a large supergraph takes tens of megabytes. Only
 * planning needs a view.
 */
const maxViews = 8;

/** @throws Error if the text is not GraphQL, or if `readSupergraph` rejects the supergraph. */
export function createPlanner(supergraph: string | DocumentNode): Planner {
  const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
  const labels = new OverrideLabels(document);
  const takenNames = namesIn(document);
  const views = new Map<string, SupergraphView>();
  const viewFor = (values: LabelValues): SupergraphView => {
    const key = labels.keyOf(values);
    const view =
      views.get(key) ?? createView(readSupergraph(document, (label) => labels.isOn(label, values)));
    // Moves the view to the end of the map, so that the map is in the order of last use.
    views.delete(key);
    views.set(key, view);
    for (const oldest of views.keys()) {
      if (views.size <= maxViews) {
        break;
      }
      views.delete(oldest);
    }
    return view;
  };
  // Reads the supergraph now, so that an invalid supergraph is rejected at once.
  viewFor({ percentage: 0, on: [] });
  const plan = (limit: TimeLimit, ...[text, percentage, on = []]: PlanArguments): PlanNode => {
    try {
      return planOperation(parse(text, { noLocation: true }), viewFor({ percentage, on }), takenNames, limit);
    } catch (error) {
      throw new PlanningError(error, text);
    }
  };
  return {
    consumerSchema: apiSchemaOf(document),
    overridePercentages: labels.percentages,
    overrideLabels: labels.names,
    isTaken: (name) => takenNames.has(name),
    plan: (...args) => plan(new TimeLimit(Number.POSITIVE_INFINITY), ...args),
    planWithin(maxMs, ...args) {
      try {
        return plan(new TimeLimit(maxMs), ...args);
      } catch (error) {
        if (error instanceof PlanningError && error.cause instanceof TimeIsUp) {
          return null;
        }
        throw error;
      }
    },
  };
}

/** The supergraph with one set of overrides switched on, and the data that is computed from it for all operations. */
interface SupergraphView {
  readonly supergraph: Supergraph;
  readonly candidates: Candidates;
  readonly typeGroups: TypeGroups;
}

function createView(supergraph: Supergraph): SupergraphView {
  return { supergraph, candidates: new Candidates(supergraph), typeGroups: new TypeGroups(supergraph) };
}

function planOperation(
  document: DocumentNode,
  view: SupergraphView,
  takenNames: ReadonlySet<string>,
  limit: TimeLimit,
): PlanNode {
  const { supergraph } = view;
  const { operation, rootType } = operationToPlan(document, supergraph);
  const ownNames = namesIn(document);
  const names = new InventedNames((name) => takenNames.has(name) || ownNames.has(name));
  const typeSets = new TypeSets(limit);
  const selections = new Selections(supergraph, typeSets, keysOfRequired(document, names));
  const context = {
    ...view,
    limit,
    typeSets,
    selections,
    positions: new PlanningPositions(supergraph, typeSets),
  };
  const blocks = new DeferredBlocks();
  const rootFields = selections.ofOperation(
    operation.selectionSet,
    fragmentsOf(document.definitions),
    blocks,
  );
  const writer = new NodeWriter(context, {
    kind: operation.operation,
    directives: directivesToSend(operation),
    variables: variablesOf(operation),
    isTaken: (name) => names.has(name),
  });
  const solve = (fields: readonly Selection[]) => solutionOf(fields, rootType, context);
  const turns =
    operation.operation === 'mutation'
      ? turnsOf(
          rootFields.map((field) => solve([field])),
          supergraph,
        )
      : [[solve(rootFields)]];
  const nodes = turns.map((turn) => {
    const requests = scheduleRequests(new FetchBuilder(context, names).build(turn));
    const fields = turn.flatMap(({ resolved }) => resolved.map(({ selection }) => selection));
    const blocksWithin = (block: DeferredBlock | undefined) => blocks.within(block, fields);
    return planOf(requests, blocksWithin, (request) => writer.write(request));
  });
  const [only] = nodes;
  return only !== undefined && nodes.length === 1 ? only : { kind: 'sequence', nodes };
}

/** Throws if a field can't be resolved. */
function solutionOf(rootFields: readonly Selection[], rootType: string, context: SearchContext): Solution {
  const solution = new Search(context).solveRoot(rootType, rootFields);
  const [unresolved] = solution.unresolved;
  if (unresolved !== undefined) {
    throw new Error(whyUnresolved(unresolved, rootType, context.supergraph));
  }
  return solution;
}

/**
 * Chooses the keys of required fields. A required field gets its own key in three cases:
 * - It has arguments.
 * - The client uses directives that subgraphs get, because such a directive may change a value.
 * - Its name is a property of every JavaScript object, such as `toString`.
 */
function keysOfRequired(document: DocumentNode, names: InventedNames): KeyOfRequired {
  const isApart = hasForms(document);
  return (name, args) => {
    const printed = args.map(print).sort().join(', ');
    return printed === '' && !isApart && !(name in Object.prototype)
      ? name
      : names.choose(`required ${name} ${printed}`, `_${name.length}_${name}_required`);
  };
}

interface OperationToPlan {
  readonly operation: OperationDefinitionNode;
  readonly rootType: string;
}

function operationToPlan({ definitions }: DocumentNode, { roots }: Supergraph): OperationToPlan {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const rootType = operation === undefined ? null : roots[operation.operation];
  if (operation === undefined || rootType === null) {
    throw new Error('there is no operation that can be planned');
  }
  return { operation, rootType };
}

function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode): ReadonlyMap<string, string> {
  return new Map(
    variableDefinitions.map((definition) => [
      definition.variable.name.value,
      stripIgnoredCharacters(print(definition)),
    ]),
  );
}
