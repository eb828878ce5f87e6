import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import {
  argument,
  argumentOf,
  directivesWithJoins,
  type FieldsDefinition,
  isSet,
  joinOf,
  namedType,
  requiringGraphs,
  topFields,
} from './join.ts';
import { type PlannerSubgraphs, withTwins } from './twins.ts';

/** An entity in a graph where fields of it require something, and where it is known by fewer keys than in others. */
interface Requiring {
  readonly graph: string;
  /** A key that the graph knows the entity by. */
  readonly key: string;
  /** Keys that other graphs have; some. */
  readonly otherKeys: readonly string[];
}

/** The same, with one of the other keys. */
interface KnownByOther {
  readonly graph: string;
  readonly key: string;
  readonly otherKey: string;
}

/** Supergraphs that are tried at most. */
const maxSupergraphs = 4;
const twin = 'KEY';

/**
 * Supergraphs where fields that require something are moved to a twin, in which their entity is known by a key of other
 * graphs alone, and has nothing but those fields; they require the graph's true key, too. Where an entity was reached by
 * another key, router-query-planner 0.0.38 has no plan for such a field: it says "Expected a single parent". By one of these
 * it mostly has; the other key must be left out of what is sent. None where there is no such entity.
 */
export function requireKeys(supergraph: DocumentNode, subgraphs: PlannerSubgraphs): readonly DocumentNode[] {
  const requiring = new Map<string, readonly Requiring[]>();
  const deadEnds = new Set<string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      const found = requiringIn(definition);
      requiring.set(definition.name.value, found);
      if (found.length > 0) {
        deadEnds.add(definition.name.value);
      }
    } else if (isAbstractTypeDefinition(definition)) {
      deadEnds.add(definition.name.value);
    }
  }
  const all = [...requiring.values()].flat();
  const graphs = new Set(all.map(({ graph }) => graph));
  const choices = all.reduce((most, { otherKeys }) => Math.max(most, otherKeys.length), 0);
  return Array.from({ length: Math.min(choices, maxSupergraphs) }, (_, choice) =>
    withTwins(supergraph, subgraphs, {
      of: (graph) => (graphs.has(graph) ? [twin] : []),
      type: (type) => {
        const known = (requiring.get(type.name.value) ?? []).map(
          ({ graph, key, otherKeys }): KnownByOther => ({
            graph,
            key,
            otherKey: otherKeys[choice % otherKeys.length] ?? key,
          }),
        );
        return new Twinned(type, known, graphs, { deadEnds, subgraphs }).definition();
      },
    }),
  );
}

function isAbstractTypeDefinition(
  definition: DefinitionNode,
): definition is InterfaceTypeDefinitionNode | UnionTypeDefinitionNode {
  return definition.kind === Kind.INTERFACE_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_DEFINITION;
}

function requiringIn(type: ObjectTypeDefinitionNode): readonly Requiring[] {
  const { directives = [] } = type;
  const keys = directives.flatMap((directive) => {
    const graph = argumentOf(directive, 'graph');
    const key = argumentOf(directive, 'key');
    return graph !== undefined && key !== undefined
      ? [{ graph, key, resolvable: !isSet(directive, 'resolvable', false) }]
      : [];
  });
  return [...requiringGraphs(type)].flatMap((graph): readonly Requiring[] => {
    const own = keys.filter((each) => each.graph === graph);
    const key = own.find(({ resolvable }) => resolvable)?.key;
    const known = new Set(own.map((each) => each.key));
    const otherKeys = new Set(
      keys.map((each) => each.key).filter((each) => isFlat(each) && !known.has(each)),
    );
    return key === undefined || otherKeys.size === 0 ? [] : [{ graph, key, otherKeys: [...otherKeys] }];
  });
}

/** A type of a supergraph, and what it is in twins. */
class Twinned {
  readonly #type: FieldsDefinition;
  readonly #known: ReadonlyMap<string, KnownByOther>;
  readonly #graphs: ReadonlySet<string>;
  /** The types that no field in a twin is of: from an entity that is known by another key there is no way on. */
  readonly #deadEnds: ReadonlySet<string>;
  readonly #subgraphs: PlannerSubgraphs;

  constructor(
    type: FieldsDefinition,
    known: readonly KnownByOther[],
    graphs: ReadonlySet<string>,
    { deadEnds, subgraphs }: { readonly deadEnds: ReadonlySet<string>; readonly subgraphs: PlannerSubgraphs },
  ) {
    this.#type = type;
    this.#known = new Map(known.map((each) => [each.graph, each]));
    this.#graphs = graphs;
    this.#deadEnds = deadEnds;
    this.#subgraphs = subgraphs;
  }

  definition(): FieldsDefinition {
    const { directives = [], fields = [] } = this.#type;
    return {
      ...this.#type,
      directives: [
        ...directives.flatMap((directive) => [
          directive,
          ...(directive.name.value === 'join__type' && this.#knownIn(directive) !== undefined
            ? []
            : this.#ofTwin(directive)),
        ]),
        ...[...this.#known.values()].map(({ graph, otherKey }) =>
          joinOf('join__type', this.#subgraphs.twinGraph(graph, twin), { key: otherKey }),
        ),
      ],
      fields: fields.map((field) => ({ ...field, directives: this.#ofField(field) })),
    };
  }

  #knownIn(directive: ConstDirectiveNode): KnownByOther | undefined {
    return this.#known.get(argumentOf(directive, 'graph') ?? '');
  }

  /** None for a graph that has no twin. */
  #ofTwin(directive: ConstDirectiveNode): readonly ConstDirectiveNode[] {
    return this.#graphs.has(argumentOf(directive, 'graph') ?? '')
      ? [this.#subgraphs.ofTwin(directive, twin)]
      : [];
  }

  #ofField(field: FieldDefinitionNode): readonly ConstDirectiveNode[] {
    const joins = directivesWithJoins(this.#type, field);
    const leadsOn = !this.#deadEnds.has(namedType(field.type));
    const name = field.name.value;
    return [
      ...joins.flatMap((directive) => {
        const known = this.#knownIn(directive);
        if (known === undefined) {
          return leadsOn ? [directive, ...this.#ofTwin(directive)] : [directive];
        }
        const requires = argumentOf(directive, 'requires');
        return requires !== undefined && leadsOn
          ? [this.#subgraphs.ofTwin(withRequires(directive, `${requires} ${known.key}`), twin)]
          : [directive];
      }),
      ...[...this.#known.values()].flatMap(({ graph, key, otherKey }): readonly ConstDirectiveNode[] => {
        const own = joins.find((directive) => argumentOf(directive, 'graph') === graph);
        if (own !== undefined && argumentOf(own, 'requires') !== undefined) {
          return [];
        }
        if (topFields(otherKey).includes(name)) {
          return [joinOf('join__field', this.#subgraphs.twinGraph(graph, twin))];
        }
        const isExternal = own !== undefined && isSet(own, 'external', true);
        return isExternal || topFields(key).includes(name)
          ? [joinOf('join__field', this.#subgraphs.twinGraph(graph, twin), { external: true })]
          : [];
      }),
    ];
  }
}

function isFlat(key: string): boolean {
  return !key.includes('{');
}

function withRequires(directive: ConstDirectiveNode, requires: string): ConstDirectiveNode {
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((given) =>
      given.name.value === 'requires' ? argument('requires', { kind: Kind.STRING, value: requires }) : given,
    ),
  };
}
