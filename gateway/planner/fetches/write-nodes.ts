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
  type RequiredSelection,
} from '../../executor/index.ts';
import type { SearchContext } from '../search/search-context.ts';
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSets } from '../type-sets.ts';
import type { PlannedFetch } from './planned-fetch.ts';
import {
  type PrintedSelection,
  printAll,
  printDirectives,
  printNode,
  printSelection,
} from './print-selection.ts';
import { RepresentationWriter } from './representation.ts';
import type { ScheduledRequest } from './schedule.ts';
import { separateShapes } from './separate-shapes.ts';

/** The parts of the client's operation that all requests use. */
export interface OperationContext {
  readonly kind: OperationTypeNode;
  /** The directives of the operation. Each request of this kind gets them. */
  readonly directives: readonly DirectiveNode[];
  /** The definition of each variable, `$name: Type`, with its default. */
  readonly variables: ReadonlyMap<string, string>;
  /** Whether the name is in use already, so that no alias may have it. */
  readonly isTaken: (name: string) => boolean;
}

interface WrittenLookup extends Pick<EntityLookup, 'paths' | 'requires' | 'typename' | 'contexts'> {
  readonly printed: readonly PrintedSelection[];
  /** The definition, `$name: Type`, of each variable that takes the value of a context. */
  readonly declarations: readonly string[];
  /** The object types that are looked up by their own type. Empty if they are looked up by an interface. */
  readonly types: ReadonlySet<string>;
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
    const operationKind = type === this.#supergraph.roots.mutation ? 'mutation' : 'query';
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
    const { selectionSet, kind, type, path, representations } = fetch;
    const selections = printSelection(selectionSet, this.#typeSets);
    const printed: readonly PrintedSelection[] =
      kind === 'entity' ? selections : [{ kind: 'fragment', type, directives: [], selections }];
    return {
      paths: [path],
      requires: this.#representations.write(fetch),
      typename: kind === 'interfaceObject' ? type : null,
      printed,
      types: new Set(kind === 'entity' ? representations.flatMap(({ types }) => types.names) : []),
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

  /** What comes before the selections: `query($id:ID!)@cached`. `own`: the declarations of the plan's own variables. */
  #head(
    kind: 'query' | 'mutation',
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

/**
 * Joins lookups that send the same values and ask for the same fields into one lookup with several paths. This is done
 * also for entities of different types.
 */
function mergeLookups(lookups: readonly WrittenLookup[]): readonly WrittenLookup[] {
  const byText = new Map<string, WrittenLookup>();
  const texts = new OrderlessText();
  for (const lookup of lookups) {
    const { printed, requires, typename, contexts } = lookup;
    const text = `${texts.of(printed)} ${texts.of(requires)} ${JSON.stringify([typename, contexts])}`;
    const other = byText.get(text);
    byText.set(text, other === undefined ? lookup : { ...other, paths: [...other.paths, ...lookup.paths] });
  }
  const merged: WrittenLookup[] = [];
  for (const lookup of byText.values()) {
    const index = merged.findIndex((other) => haveDifferentTypes(lookup, other));
    const other = merged[index];
    if (other === undefined) {
      merged.push(lookup);
    } else {
      merged[index] = {
        ...other,
        paths: [...other.paths, ...lookup.paths],
        requires: [...other.requires, ...lookup.requires],
        printed: [...other.printed, ...lookup.printed],
        types: new Set([...other.types, ...lookup.types]),
      };
    }
  }
  return merged;
}

function haveDifferentTypes(first: WrittenLookup, second: WrittenLookup): boolean {
  return (
    first.types.size > 0 &&
    second.types.size > 0 &&
    first.contexts.length === 0 &&
    second.contexts.length === 0 &&
    [...first.types].every((type) => !second.types.has(type))
  );
}

/**
 * Writes selections as text in which their order makes no difference. Types share lists of selections, so each list is
 * written only once.
 */
class OrderlessText {
  readonly #texts = new Map<object, string>();

  of(selections: readonly PrintedSelection[] | readonly RequiredSelection[] = []): string {
    const text = this.#texts.get(selections) ?? `{${selections.map((each) => this.#write(each)).sort()}}`;
    this.#texts.set(selections, text);
    return text;
  }

  #write(selection: PrintedSelection | RequiredSelection): string {
    const directives = 'directives' in selection ? printDirectives(selection.directives) : '';
    if (selection.kind === 'fragment') {
      const type = 'type' in selection ? selection.type : selection.typeCondition;
      const keys = 'keys' in selection ? (selection.keys ?? []).map((key) => this.of(key)) : [];
      return `... on ${type} ${directives}${this.of(selection.selections)} ${keys}`;
    }
    const { key, name } = selection;
    return 'args' in selection
      ? `${key}:${name}(${selection.args.map(printNode)})${directives}${this.of(selection.below)}`
      : `${key}:${name}${this.of(selection.selections)}`;
  }
}

/** The names of the variables in these selections and directives. */
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
