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
import { argumentOf, type FieldsDefinition, hasFields, withSubgraphName } from './join.ts';

/** Between a subgraph's name and what tells its twins apart; no subgraph is called so by itself. */
const twinMark = '~twin-';

/** The subgraph that a twin stands for. */
export function withoutTwin(subgraph: string): string {
  const at = subgraph.indexOf(twinMark);
  return at < 0 ? subgraph : subgraph.slice(0, at);
}

/** The twin of a graph, as the values of `join__Graph` are called. */
export function twinGraph(graph: string, twin: number | string): string {
  return `${graph}_TWIN_${twin}`;
}

/** The value of `join__Graph` for a twin. */
function twinValue(graph: EnumValueDefinitionNode, twin: number | string): EnumValueDefinitionNode {
  const named = withSubgraphName(graph, (name) => `${name}${twinMark}${twin}`);
  return { ...named, name: { kind: Kind.NAME, value: twinGraph(graph.name.value, twin) } };
}

/** What a directive says of a graph, said of its twin. */
export function ofTwin(directive: ConstDirectiveNode, twin: number | string): ConstDirectiveNode {
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((argument) =>
      argument.name.value === 'graph' && argument.value.kind === Kind.ENUM
        ? { ...argument, value: { ...argument.value, value: twinGraph(argument.value.value, twin) } }
        : argument,
    ),
  };
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
export function withTwins(supergraph: DocumentNode, twinning: Twinning): DocumentNode {
  const everyTwin = (directive: ConstDirectiveNode): readonly ConstDirectiveNode[] => [
    directive,
    ...twinning.of(argumentOf(directive, 'graph') ?? '').map((twin) => ofTwin(directive, twin)),
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
        ...twinning.of(value.name.value).map((twin) => twinValue(value, twin)),
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
