/**
 * Reads `@cost` and `@listSize` from a supergraph. Source: https://specs.apollo.dev/cost, which follows IBM's draft
 * specification.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import { readLinks } from '../../supergraph/links.ts';

/** The content of `@listSize`: the size of the field's list, or of the lists in the object that the field returns. */
export interface ListSize {
  /** The arguments that give the size: names, or paths through input objects such as `page.first`. */
  readonly slicingArguments: readonly string[];
  /** The size if no argument gives it. */
  readonly assumedSize: number | undefined;
  /**
   * Fields of the returned object whose lists have this size, such as `edges`. Empty if the field itself is the list.
   */
  readonly sizedFields: ReadonlySet<string>;
  /** Whether an operation must give exactly one of the arguments. True by default. */
  readonly requireOneSlicingArgument: boolean;
}

export interface CostDirectives {
  /**
   * The weights of `@cost`. The keys are `Type`, `Type.field` (of object and input types) and `Type.field(argument:)`.
   */
  readonly weights: ReadonlyMap<string, number>;
  /** The keys are `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

interface DirectiveNames {
  readonly cost: string;
  readonly listSize: string;
}

/** Reads all weights and list sizes of a supergraph. Both maps are empty if the supergraph doesn't link the feature. */
export function readCostDirectives(supergraph: DocumentNode): CostDirectives {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const names = directiveNames(supergraph);
  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const { name, arguments: argumentNodes = [] } of directives) {
      const args = Object.fromEntries(
        argumentNodes.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
      );
      if (name.value === names?.cost) {
        weights.set(coordinate, Number(args.weight));
      } else if (name.value === names?.listSize) {
        listSizes.set(coordinate, listSizeOf(args));
      }
    }
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || definition.name === undefined || !('directives' in definition)) {
      continue;
    }
    const type = definition.name.value;
    read(type, constDirectives(definition));
    for (const field of 'fields' in definition ? (definition.fields ?? []) : []) {
      const coordinate = `${type}.${field.name.value}`;
      read(coordinate, field.directives);
      for (const argument of argumentsOf(field)) {
        read(`${coordinate}(${argument.name.value}:)`, argument.directives);
      }
    }
  }
  return { weights, listSizes };
}

function constDirectives(definition: DefinitionNode): readonly ConstDirectiveNode[] {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION
    ? []
    : 'directives' in definition
      ? (definition.directives ?? [])
      : [];
}

function argumentsOf(field: object): readonly InputValueDefinitionNode[] {
  return 'arguments' in field ? ((field.arguments ?? []) as readonly InputValueDefinitionNode[]) : [];
}

function listSizeOf(args: Readonly<Record<string, unknown>>): ListSize {
  return {
    slicingArguments: namesIn(args.slicingArguments),
    assumedSize: typeof args.assumedSize === 'number' ? args.assumedSize : undefined,
    sizedFields: new Set(namesIn(args.sizedFields)),
    requireOneSlicingArgument: args.requireOneSlicingArgument !== false,
  };
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/**
 * Returns the names of the directives in this supergraph, because `@link` may rename them. Null if the supergraph
 * doesn't link the feature.
 */
function directiveNames(supergraph: DocumentNode): DirectiveNames | null {
  const link = readLinks(supergraph).find(({ feature }) => feature === 'cost');
  return link === undefined
    ? null
    : { cost: link.directiveName('cost'), listSize: link.directiveName('listSize') };
}
