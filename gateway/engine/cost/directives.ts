/** What a supergraph says of costs: `@cost` and `@listSize` of https://specs.apollo.dev/cost, as IBM's draft has them. */
import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import { linksOf } from '../../supergraph/links.ts';

/** How many items a field's list has, or lists right below it. */
export interface ListSize {
  /** Arguments that tell: names, or paths through input objects, as `page.first`. */
  readonly slicingArguments: readonly string[];
  /** Where no argument tells. */
  readonly assumedSize: number | undefined;
  /** Fields of what the field gives that are meant; where there are none, the field itself. */
  readonly sizedFields: ReadonlySet<string>;
  readonly requireOneSlicingArgument: boolean;
}

export interface CostDirectives {
  /** By `Type`, `Type.field` (of an input, too) or `Type.field(argument:)`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

interface Names {
  readonly cost: string;
  readonly listSize: string;
}

export function readCostDirectives(supergraph: DocumentNode): CostDirectives {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const names = directiveNames(supergraph);
  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const { name, arguments: given = [] } of directives) {
      const args = Object.fromEntries(given.map(({ name, value }) => [name.value, plain(value)]));
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

/** A definition's directives can only be constant, though the type of an operation's would allow variables. */
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

/** The names that the directives go by here: the supergraph's `@link` may rename them. Null where it has none. */
function directiveNames(supergraph: DocumentNode): Names | null {
  const link = linksOf(supergraph).find(({ feature }) => feature === 'cost');
  return link === undefined
    ? null
    : { cost: link.directiveName('cost'), listSize: link.directiveName('listSize') };
}

function plain(value: ConstValueNode): unknown {
  return valueFromASTUntyped(value);
}
