/**
 * The query planner: turns a supergraph and an operation into a plan, which says what to ask of which subgraph, in which
 * order. README.md tells how. This file is its whole face.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { InventedNames, type PlanNode } from '../executor/index.ts';
import { type DeferredBlock, DeferredBlocks } from './deferred-blocks.ts';
import { whyUnanswered } from './explain/unanswered.ts';
import { FetchBuilder } from './fetches/build-fetches.ts';
import { planOf, scheduleRequests } from './fetches/schedule.ts';
import { NodeWriter, type OperationContext } from './fetches/write-nodes.ts';
import { Candidates } from './search/candidates.ts';
import { Places } from './search/places.ts';
import { Search } from './search/search.ts';
import { TypeGroups } from './search/type-groups.ts';
import { type Want, Wants } from './search/wants.ts';
import { apiSchemaOf } from './supergraph/api-schema.ts';
import type { Supergraph } from './supergraph/model.ts';
import { OverrideLabels } from './supergraph/override-labels.ts';
import { readSupergraph } from './supergraph/read-supergraph.ts';
import { TypeSets } from './type-sets.ts';

export { readableLookup, readablePlan } from './explain/readable-plan.ts';

/**
 * An operation can't be planned. `cause` says why, and `document` is what was to be planned: for the log, which has of both
 * what may stand there (`planning-diagnosis.ts`). Neither is ever shown to a client.
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
  /** The schema that clients see, as SDL. */
  readonly consumerSdl: string;
  /** The shares of requests, in per cent, for which fields are asked of the subgraph that takes them over: `percent(N)`. */
  readonly overridePercentages: readonly number[];
  /** Whether a plan may mean something by the name: no key that is invented for an operation may be it. */
  isTaken(name: string): boolean;
  /**
   * The plan of a document with one operation. The document must be valid, and have neither introspection nor conditions
   * in it. A field that is taken over by a share of requests is asked of the new subgraph where `percentage`, from 0 to
   * below 100, is below that share.
   * @throws PlanningError
   */
  plan(document: string, percentage: number): PlanNode;
}

/** @throws Error where the supergraph is none. */
export function createPlanner(supergraphSdl: string): Planner {
  const document = parse(supergraphSdl, { noLocation: true });
  const labels = new OverrideLabels(document);
  const taken = namesIn(document);
  const views = new Map<string, SupergraphView>();
  const viewFor = (percentage: number): SupergraphView => {
    const key = labels.keyOf(percentage);
    const view =
      views.get(key) ?? createView(readSupergraph(document, (label) => labels.isOn(label, percentage)));
    views.set(key, view);
    return view;
  };
  // A supergraph that can't be read is refused at once.
  viewFor(0);
  return {
    consumerSdl: apiSchemaOf(document),
    overridePercentages: labels.percentages,
    isTaken: (name) => taken.has(name),
    plan(text, percentage) {
      try {
        return planOperation(parse(text, { noLocation: true }), viewFor(percentage), taken);
      } catch (error) {
        throw new PlanningError(error, text);
      }
    },
  };
}

/** A supergraph, and what is kept of it across operations. */
interface SupergraphView {
  readonly supergraph: Supergraph;
  readonly candidates: Candidates;
  readonly groups: TypeGroups;
}

function createView(supergraph: Supergraph): SupergraphView {
  return { supergraph, candidates: new Candidates(supergraph), groups: new TypeGroups(supergraph) };
}

function planOperation(document: DocumentNode, view: SupergraphView, taken: ReadonlySet<string>): PlanNode {
  const { supergraph } = view;
  const [operation] = document.definitions.filter(isOperation);
  const rootType = operation && supergraph.roots[operation.operation === 'mutation' ? 'mutation' : 'query'];
  if (operation === undefined || operation.operation === 'subscription' || rootType == null) {
    throw new Error('there is no operation that can be planned');
  }
  const own = namesIn(document);
  const isTaken = (name: string) => taken.has(name) || own.has(name);
  const names = new InventedNames(isTaken);
  const sets = new TypeSets();
  const wants = new Wants(supergraph, sets, (name, args) =>
    names.choose(`required ${name} ${args}`, `_${name.length}_${name}_required`),
  );
  const context = { ...view, sets, wants, places: new Places(supergraph, sets) };
  const blocks = new DeferredBlocks();
  const asked = wants.ofOperation(operation.selectionSet, fragmentsIn(document), blocks);
  const writer = new NodeWriter(supergraph, sets, {
    kind: operation.operation,
    variables: variablesOf(operation),
    isTaken: (name) => names.has(name),
  } satisfies OperationContext);
  // Root mutations run one after the other.
  const turns: readonly (readonly Want[])[] =
    operation.operation === 'mutation' ? asked.map((want) => [want]) : [asked];
  const nodes = turns.map((turn) => {
    const solution = new Search(context).solveRoot(rootType, turn);
    const [missing] = solution.left;
    if (missing !== undefined) {
      throw new Error(whyUnanswered(missing, rootType, supergraph));
    }
    const requests = scheduleRequests(new FetchBuilder(context, names).build(solution));
    const within = (block: DeferredBlock | undefined) => blocks.within(block, turn);
    return planOf(requests, within, (request) => writer.write(request));
  });
  const [only] = nodes;
  return only !== undefined && nodes.length === 1 ? only : { kind: 'sequence', nodes };
}

function isOperation(definition: DocumentNode['definitions'][number]): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}

function fragmentsIn({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
}

function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode): ReadonlyMap<string, string> {
  return new Map(
    variableDefinitions.map((definition) => [
      definition.variable.name.value,
      stripIgnoredCharacters(print(definition)),
    ]),
  );
}

function namesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Name: ({ value }) => {
      names.add(value);
    },
  });
  return names;
}
