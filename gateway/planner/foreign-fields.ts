import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationTypeNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import {
  type PlanNode,
  type RequiredSelection,
  type TypeConditions,
  typeConditionsOf,
} from '../executor/index.ts';
import {
  argumentOf,
  fieldSet,
  hasFields,
  isSet,
  namedType,
  rootsOf,
  subgraphNames,
  topFields,
} from './join.ts';

/** Finds a field in a plan, as `Type.field`, that a subgraph is asked for where it is not the subgraph's to know. */
export type FindForeignFields = (plan: PlanNode) => string | undefined;

/**
 * Reads what is `@external` of a supergraph as it was composed. Where something provides such a field, or it is of a key
 * elsewhere, router-query-planner 0.0.38 may ask for it where nothing provides it: the subgraph would answer null, or what is
 * not true. None where nothing is external.
 */
export function foreignFieldsIn(supergraph: DocumentNode): FindForeignFields {
  const joined = readJoined(supergraph);
  if ([...joined.fields.values()].every(({ external }) => external.size === 0)) {
    return () => undefined;
  }
  const inPlan: FindForeignFields = (plan) =>
    'operation' in plan
      ? new Search(plan.subgraph, plan.operation, joined).find(namesBrought(plan))
      : plan.nodes.map(inPlan).find((coordinate) => coordinate !== undefined);
  return inPlan;
}

interface JoinedField {
  readonly type: string;
  /** The subgraphs that know it only where it is provided, or was sent to them. */
  readonly external: ReadonlySet<string>;
  /** What it provides, by subgraph. */
  readonly provides: ReadonlyMap<string, SelectionSetNode>;
  /** The fields at the top of what it requires, by subgraph. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
}

interface Joined {
  /** By `Type.field`. */
  readonly fields: ReadonlyMap<string, JoinedField>;
  readonly roots: ReadonlyMap<OperationTypeNode, string>;
  readonly conditions: TypeConditions;
  /** The types that implement each interface. */
  readonly implementing: ReadonlyMap<string, readonly string[]>;
}

function readJoined(supergraph: DocumentNode): Joined {
  const names = subgraphNames(supergraph);
  const fields = new Map<string, JoinedField>();
  for (const type of supergraph.definitions.filter(hasFields)) {
    const keys = new Set(
      (type.directives ?? []).flatMap((directive) =>
        topFields(argumentOf(directive, 'key') ?? '__typename').map(
          (field) => `${argumentOf(directive, 'graph')} ${field}`,
        ),
      ),
    );
    for (const { name, type: fieldType, directives = [] } of type.fields ?? []) {
      const joins = directives.filter((directive) => directive.name.value === 'join__field');
      const graphs = joins.map((directive) => ({ directive, graph: argumentOf(directive, 'graph') ?? '' }));
      const external = graphs.filter(
        ({ directive, graph }) => isSet(directive, 'external', true) && !keys.has(`${graph} ${name.value}`),
      );
      fields.set(`${type.name.value}.${name.value}`, {
        type: namedType(fieldType),
        // What is external everywhere is so in name only.
        external: new Set(
          external.length === joins.length ? [] : external.map(({ graph }) => names.get(graph) ?? graph),
        ),
        provides: bySubgraph(graphs, 'provides', names, fieldSet),
        requires: bySubgraph(graphs, 'requires', names, topFields),
      });
    }
  }
  const conditions = typeConditionsOf(supergraph);
  return { fields, roots: rootsOf(supergraph), conditions, implementing: implementingIn(supergraph) };
}

/** What directives say of an argument, by subgraph. */
function bySubgraph<Value>(
  graphs: readonly { readonly directive: ConstDirectiveNode; readonly graph: string }[],
  argument: string,
  names: ReadonlyMap<string, string>,
  read: (text: string) => Value,
): ReadonlyMap<string, Value> {
  return new Map(
    graphs.flatMap(({ directive, graph }) => {
      const text = argumentOf(directive, argument);
      return text === undefined ? [] : [[names.get(graph) ?? graph, read(text)] as const];
    }),
  );
}

function implementingIn({ definitions }: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const implementing = new Map<string, string[]>();
  for (const { name, interfaces = [] } of definitions.filter(hasFields)) {
    for (const each of interfaces) {
      implementing.set(each.name.value, [...(implementing.get(each.name.value) ?? []), name.value]);
    }
  }
  return implementing;
}

/** What representations bring to a subgraph, by the names of fields. */
function namesBrought(plan: Extract<PlanNode, { operation: string }>): ReadonlySet<string> {
  const namesIn = (selections: readonly RequiredSelection[]): readonly string[] =>
    selections.flatMap((each) => (each.kind === 'field' ? each.name : namesIn(each.selections)));
  return new Set(
    plan.kind === 'entityFetch' ? plan.lookups.flatMap(({ requires }) => namesIn(requires)) : [],
  );
}

class Search {
  readonly #subgraph: string;
  readonly #document: DocumentNode;
  readonly #joined: Joined;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(subgraph: string, operation: string, joined: Joined) {
    this.#subgraph = subgraph;
    this.#document = parse(operation, { noLocation: true });
    this.#joined = joined;
    this.#fragments = new Map(
      this.#document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
      ),
    );
  }

  find(brought: ReadonlySet<string>): string | undefined {
    for (const definition of this.#document.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) {
        const root = this.#joined.roots.get(definition.operation) ?? '';
        return this.#in(definition.selectionSet, root, [], brought);
      }
    }
    return undefined;
  }

  /** `brought` are the fields that representations brought of objects of this type. */
  #in(
    { selections }: SelectionSetNode,
    type: string,
    provided: readonly SelectionSetNode[],
    brought: ReadonlySet<string>,
  ): string | undefined {
    for (const selection of selections) {
      const found =
        selection.kind === Kind.FIELD
          ? this.#inField(selection.name.value, selection.selectionSet, type, provided, brought)
          : this.#inFragment(selection, type, provided, brought);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #inFragment(
    selection: Exclude<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>,
    type: string,
    provided: readonly SelectionSetNode[],
    brought: ReadonlySet<string>,
  ): string | undefined {
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
    return fragment === undefined
      ? undefined
      : this.#in(fragment.selectionSet, fragment.typeCondition?.name.value ?? type, provided, brought);
  }

  #inField(
    name: string,
    below: SelectionSetNode | undefined,
    type: string,
    provided: readonly SelectionSetNode[],
    brought: ReadonlySet<string>,
  ): string | undefined {
    const field = this.#joined.fields.get(`${type}.${name}`);
    const providing = provided.flatMap((set) => [...this.#fieldsNamed(name, set, type)]);
    const foreign = this.#withImplementing(type).find((each) =>
      this.#joined.fields.get(`${each}.${name}`)?.external.has(this.#subgraph),
    );
    if (foreign !== undefined && !brought.has(name) && providing.length === 0) {
      return `${foreign}.${name}`;
    }
    if (!this.#isGiven(field, type, brought)) {
      return `${type}.${name}`;
    }
    if (below === undefined) {
      return undefined;
    }
    const own = field?.provides.get(this.#subgraph);
    const sets = [...providing.flatMap((set) => set ?? []), ...(own === undefined ? [] : [own])];
    return this.#in(below, field?.type ?? '', sets, name === '_entities' ? brought : new Set());
  }

  /** Whether representations bring what the field requires of other subgraphs, whatever is provided here. */
  #isGiven(field: JoinedField | undefined, type: string, brought: ReadonlySet<string>): boolean {
    const required = field?.requires.get(this.#subgraph) ?? [];
    return required.every(
      (name) =>
        brought.has(name) || !this.#joined.fields.get(`${type}.${name}`)?.external.has(this.#subgraph),
    );
  }

  /** A field of an interface is asked of all the types that implement it. */
  #withImplementing(type: string): readonly string[] {
    return [type, ...(this.#joined.implementing.get(type) ?? [])];
  }

  /** What is selected of a field of the type; undefined for a leaf. */
  *#fieldsNamed(
    name: string,
    { selections }: SelectionSetNode,
    type: string,
  ): Generator<SelectionSetNode | undefined> {
    const { conditions } = this.#joined;
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? type;
        if (!conditions.isObjectType(type) || conditions.matches(condition, type)) {
          yield* this.#fieldsNamed(name, selection.selectionSet, type);
        }
      } else if (selection.kind === Kind.FIELD && selection.name.value === name) {
        yield selection.selectionSet;
      }
    }
  }
}
