/** A twin is a subgraph that only the planner sees: it has what its subgraph has, and is asked for apart from it. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
} from 'graphql';
import type { InventedNames } from '../executor/index.ts';
import { argumentOf, type FieldsDefinition, hasFields, withSubgraphName } from './join.ts';

/** The subgraphs that only the planner sees, and which each of them stands for. */
export class PlannerSubgraphs {
  readonly #names: InventedNames;
  readonly #own = new Map<string, string>();
  readonly #twins = new Set<string>();

  constructor(names: InventedNames) {
    this.#names = names;
  }

  /** The subgraph that is meant by a name in a plan. */
  ownName(subgraph: string): string {
    return this.#own.get(subgraph) ?? subgraph;
  }

  isTwin(subgraph: string): boolean {
    return this.#twins.has(subgraph);
  }

  /** The subgraph under a name that stands after all others. */
  renameToLast(subgraph: string): string {
    return this.#standIn(subgraph, `last ${subgraph}`, `~${subgraph}`);
  }

  /** The twin of a graph, as the values of `join__Graph` are called. */
  twinGraph(graph: string, twin: number | string): string {
    return this.#names.choose(`graph ${graph} ${twin}`, `${graph}_TWIN_${twin}`);
  }

  /** What a directive says of a graph, said of its twin. */
  ofTwin(directive: ConstDirectiveNode, twin: number | string): ConstDirectiveNode {
    return {
      ...directive,
      arguments: (directive.arguments ?? []).map((argument) =>
        argument.name.value === 'graph' && argument.value.kind === Kind.ENUM
          ? { ...argument, value: { ...argument.value, value: this.twinGraph(argument.value.value, twin) } }
          : argument,
      ),
    };
  }

  /** The value of `join__Graph` for a twin. */
  twinValue(graph: EnumValueDefinitionNode, twin: number | string): EnumValueDefinitionNode {
    const named = withSubgraphName(graph, (name) => {
      const chosen = this.#standIn(name, `twin ${twin} ${name}`, `${name}~twin-${twin}`);
      this.#twins.add(chosen);
      return chosen;
    });
    return { ...named, name: { kind: Kind.NAME, value: this.twinGraph(graph.name.value, twin) } };
  }

  #standIn(subgraph: string, purpose: string, wanted: string): string {
    const chosen = this.#names.choose(purpose, wanted);
    this.#own.set(chosen, this.ownName(subgraph));
    return chosen;
  }
}

/** How a supergraph's twins come about. */
export interface Twinning {
  /** The twins that a graph is to have. */
  of(graph: string): readonly (number | string)[];
  /** What stands at a type in place of what would by default, or undefined. */
  type?(definition: FieldsDefinition): FieldsDefinition | undefined;
  /** The same for a directive of a type. */
  typeDirectives?(
    type: FieldsDefinition,
    directive: ConstDirectiveNode,
  ): readonly ConstDirectiveNode[] | undefined;
  /** The same for a directive of one of its fields. */
  fieldDirectives?(
    type: FieldsDefinition,
    directive: ConstDirectiveNode,
    field: FieldDefinitionNode,
  ): readonly ConstDirectiveNode[] | undefined;
}

/** The supergraph with twins, which have all that their graphs have but root fields. */
export function withTwins(
  supergraph: DocumentNode,
  subgraphs: PlannerSubgraphs,
  twinning: Twinning,
): DocumentNode {
  const everyTwin = (directive: ConstDirectiveNode): readonly ConstDirectiveNode[] => [
    directive,
    ...twinning.of(argumentOf(directive, 'graph') ?? '').map((twin) => subgraphs.ofTwin(directive, twin)),
  ];
  const twinnedField = (type: FieldsDefinition, field: FieldDefinitionNode): FieldDefinitionNode => {
    const { directives = [] } = field;
    // What is taken over little by little stays where it is: nobody takes it over from a twin.
    const stays = directives.some((directive) => argumentOf(directive, 'overrideLabel') !== undefined);
    const byDefault = (directive: ConstDirectiveNode) => (stays ? [directive] : everyTwin(directive));
    return {
      ...field,
      directives: directives.flatMap(
        (directive) => twinning.fieldDirectives?.(type, directive, field) ?? byDefault(directive),
      ),
    };
  };
  const roots = rootTypes(supergraph);
  const twinned = (definition: DefinitionNode): DefinitionNode => {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph') {
      const values = (definition.values ?? []).flatMap((value) => [
        value,
        ...twinning.of(value.name.value).map((twin) => subgraphs.twinValue(value, twin)),
      ]);
      return { ...definition, values };
    }
    if (!isTypeDefinitionNode(definition) || roots.has(definition.name.value)) {
      return definition;
    }
    if (!hasFields(definition)) {
      return { ...definition, directives: definition.directives?.flatMap(everyTwin) ?? [] };
    }
    const directives = (definition.directives ?? []).flatMap(
      (directive) => twinning.typeDirectives?.(definition, directive) ?? everyTwin(directive),
    );
    const fields = (definition.fields ?? []).map((field) => twinnedField(definition, field));
    return twinning.type?.(definition) ?? { ...definition, directives, fields };
  };
  return { ...supergraph, definitions: supergraph.definitions.map(twinned) };
}

function rootTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  return new Set(
    definitions
      .filter((definition) => definition.kind === Kind.SCHEMA_DEFINITION)
      .flatMap(({ operationTypes }) => operationTypes.map(({ type }) => type.name.value)),
  );
}
