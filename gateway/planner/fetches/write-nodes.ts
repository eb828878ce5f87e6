/**
 * Writes scheduled requests as nodes of a plan.
 *
 * Before: a request to *circulation* with one lookup of the objects at `me`, for `loans { dueOn }`.
 * After: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Patron { loans {
 * dueOn } } } }`, with the path `me` and the representation of a `Patron`.
 */
import { type ArgumentNode, type DirectiveNode, type OperationTypeNode, visit } from 'graphql';
import {
  type EntityFetchNode,
  type EntityLookup,
  type FetchNode,
  InventedNames,
  type PlanNode,
} from '../../executor/index.ts';
import type { SearchContext } from '../search/search-context.ts';
import type { Subgraph, Supergraph } from '../supergraph/model.ts';
import type { TypeSets } from '../type-sets.ts';
import { mergeLookups, type WrittenLookup } from './merge-lookups.ts';
import type { PlannedFetch } from './planned-fetch.ts';
import { type PrintedSelection, printAll, printDirectives, printSelection } from './print-selection.ts';
import { RepresentationWriter } from './representation.ts';
import type { ScheduledRequest } from './schedule.ts';
import { separateShapes } from './separate-shapes.ts';

/** The parts of the client's operation that all requests use. */
export interface OperationContext {
  readonly kind: OperationTypeNode;
  /** The directives of the client's operation. Each request of the same kind gets them. */
  readonly directives: readonly DirectiveNode[];
  /** The definition of each variable, `$name: Type`, with its default. */
  readonly variables: ReadonlyMap<string, string>;
  /** Whether the supergraph, the operation or the plan uses the name. A new alias must be another name. */
  readonly isTaken: (name: string) => boolean;
}

export class NodeWriter {
  readonly #supergraph: Supergraph;
  readonly #typeSets: TypeSets;
  readonly #operation: OperationContext;
  readonly #representations: RepresentationWriter;

  constructor(context: SearchContext, operation: OperationContext) {
    this.#supergraph = context.supergraph;
    this.#typeSets = context.typeSets;
    this.#operation = operation;
    this.#representations = new RepresentationWriter(context);
  }

  write({ subgraph, fetches }: ScheduledRequest): PlanNode {
    const [first] = fetches;
    if (first === undefined) {
      throw new Error('a request of the plan asks for nothing');
    }
    return first.kind === 'root' ? this.#writeRoot(first) : this.#writeLookups(subgraph.name, fetches);
  }

  #writeRoot({ subgraph, selectionSet, path, type }: PlannedFetch): FetchNode {
    const printed = printSelection(selectionSet, this.#typeSets);
    const aliases = this.#separateShapes([printed]);
    const { mutation, subscription } = this.#supergraph.roots;
    const operationKind = type === mutation ? 'mutation' : type === subscription ? 'subscription' : 'query';
    const { head, variables } = this.#head(operationKind, printed, []);
    return {
      kind: 'fetch',
      subgraph: subgraph.name,
      operation: `${head}${printAll(printed)}`,
      variables,
      aliases,
      path,
      operationKind,
    };
  }

  #writeLookups(subgraph: string, fetches: readonly PlannedFetch[]): EntityFetchNode {
    const written = mergeLookups(fetches.map((fetch) => this.#writeLookup(fetch)));
    const aliases = this.#separateShapes(written.map(({ printed }) => printed));
    const isSingle = written.length === 1;
    const lookups = written.map(
      ({ paths, requires, typename, contexts }, index): EntityLookup => ({
        alias: isSingle ? '_entities' : `_e${index}`,
        representations: isSingle ? 'representations' : `representations${index}`,
        paths,
        requires,
        typename,
        contexts,
      }),
    );
    const fields = lookups.map(({ alias, representations }, index) => {
      const prefix = isSingle ? '' : `${alias}:`;
      return `${prefix}_entities(representations:$${representations})${printAll(written[index]?.printed ?? [])}`;
    });
    const own = [
      ...lookups.map(({ representations }) => `$${representations}:[_Any!]!`),
      ...written.flatMap(({ declarations }) => declarations),
    ];
    const { head, variables } = this.#head(
      'query',
      written.flatMap(({ printed }) => printed),
      own,
    );
    return {
      kind: 'entityFetch',
      subgraph,
      operation: `${head}{${fields.join(' ')}}`,
      variables,
      aliases,
      lookups,
    };
  }

  #writeLookup(fetch: PlannedFetch): WrittenLookup {
    const { subgraph, selectionSet, kind, type, path, representations } = fetch;
    const selections = printSelection(selectionSet, this.#typeSets);
    const printed: readonly PrintedSelection[] =
      kind === 'entity' ? selections : [{ kind: 'fragment', type, directives: [], selections }];
    return {
      paths: [path],
      requires: this.#representations.write(fetch),
      typename: kind === 'interfaceObject' ? type : null,
      printed,
      types:
        kind === 'entity'
          ? new Set([...representations.flatMap(({ types }) => types.names), ...objectsIn(printed, subgraph)])
          : new Set(),
      ...this.#writeContexts(fetch, printed),
    };
  }

  #writeContexts(
    { contexts }: PlannedFetch,
    printed: readonly PrintedSelection[],
  ): Pick<WrittenLookup, 'contexts' | 'declarations'> {
    const used = variablesIn(printed);
    const taken = [...contexts].filter(([variable]) => used.has(variable));
    return {
      contexts: taken.map(([variable, { up, selections, on, type }]) => ({
        variable,
        up,
        selections: this.#representations.selectionsOf(selections, on),
        nonNull: type.endsWith('!'),
      })),
      declarations: taken.map(([variable, { type }]) => `$${variable}:${type}`),
    };
  }

  /** The aliases of one request, with the keys that they replace. */
  #separateShapes(selectionSets: readonly (readonly PrintedSelection[])[]): ReadonlyMap<string, string> {
    const names = new InventedNames(this.#operation.isTaken);
    const isLeaf = (type: string) => !this.#supergraph.isComposite(type);
    return new Map(selectionSets.flatMap((printed) => [...separateShapes(printed, names, isLeaf)]));
  }

  /**
   * Returns the text before the selections: `query($id:ID!)@cached`. `own` are the declarations of the plan's own
   * variables.
   */
  #head(
    kind: FetchNode['operationKind'],
    printed: readonly PrintedSelection[],
    own: readonly string[],
  ): { readonly head: string; readonly variables: readonly string[] } {
    const directives = kind === this.#operation.kind ? this.#operation.directives : [];
    const used = variablesIn(printed, directives);
    const variables = [...this.#operation.variables.keys()].filter((name) => used.has(name));
    const all = [...own, ...variables.map((name) => this.#operation.variables.get(name) ?? '')];
    const declared = all.length === 0 ? '' : `(${all.join(',')})`;
    return { head: `${kind}${declared}${printDirectives(directives)}`, variables };
  }
}

/** The object types to which the outermost fragments apply. */
function objectsIn(printed: readonly PrintedSelection[], { types }: Subgraph): readonly string[] {
  return printed.flatMap((selection) =>
    selection.kind === 'fragment' && selection.type !== null
      ? (types.get(selection.type)?.objects ?? [])
      : [],
  );
}

function variablesIn(
  selections: readonly PrintedSelection[],
  directives: readonly DirectiveNode[] = [],
): ReadonlySet<string> {
  const names = new Set<string>();
  const addFrom = (node: ArgumentNode | DirectiveNode): void => {
    visit(node, {
      Variable: ({ name }) => {
        names.add(name.value);
      },
    });
  };
  const collect = (selection: PrintedSelection): void => {
    selection.directives.forEach(addFrom);
    if (selection.kind === 'fragment') {
      selection.selections.forEach(collect);
    } else {
      selection.args.forEach(addFrom);
      selection.below?.forEach(collect);
    }
  };
  directives.forEach(addFrom);
  selections.forEach(collect);
  return names;
}
