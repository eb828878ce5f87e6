import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { readLinks } from '../../supergraph/links.ts';
import { CostEstimator, type CostRules } from './cost-estimator.ts';
import { evaluateCost, largest } from './cost-expression.ts';

/**
 * Returns what the `@requires` of each field costs for one object, by `Type.field`. If a field requires different things
 * in several subgraphs, the most expensive counts.
 *
 * With `type Book { parts: [Part]  weight: Int @requires(fields: "parts { weight }") }`, `Book.weight` costs ten where a
 * list is assumed to have ten items, because the gateway reads the parts of each book whose weight is asked for.
 *
 * Required fields may be hidden from clients, so they are read in the schema of the supergraph.
 */
export function readRequirementCosts(
  supergraph: DocumentNode,
  rules: Omit<CostRules, 'schema' | 'maxFields' | 'requirementCosts'>,
): ReadonlyMap<string, number> {
  const requirements = readFieldSets(supergraph);
  const costs = new Map<string, number>();
  if (requirements.size === 0) {
    return costs;
  }
  const schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
  const requiredRules: CostRules = {
    ...rules,
    schema,
    // A requirement names no slicing argument, and is no error of a client.
    listSizes: new Map(
      [...rules.listSizes].map(([coordinate, size]) => [
        coordinate,
        { ...size, requireOneSlicingArgument: false },
      ]),
    ),
    maxFields: Number.POSITIVE_INFINITY,
    requirementCosts: { size: requirements.size, get: costOf },
  };
  function costOf(coordinate: string): number {
    const [typeName = ''] = coordinate.split('.');
    const type = schema.getType(typeName);
    if (!costs.has(coordinate) && type !== undefined) {
      // While it is computed it costs nothing, because it may require itself of another object.
      costs.set(coordinate, 0);
      const estimates = (requirements.get(coordinate) ?? []).map((set) =>
        evaluateCost(new CostEstimator(requiredRules, new Map(), new Map()).estimate([{ set, type }]), {}),
      );
      costs.set(coordinate, largest(estimates));
    }
    return costs.get(coordinate) ?? 0;
  }
  for (const coordinate of requirements.keys()) {
    costOf(coordinate);
  }
  return costs;
}

/** The required fields of each field, by `Type.field`. */
function readFieldSets(supergraph: DocumentNode): ReadonlyMap<string, readonly SelectionSetNode[]> {
  const join = readLinks(supergraph).find(({ feature }) => feature === 'join');
  const directiveName = join?.directiveName('field') ?? 'join__field';
  const fieldSets = new Map<string, readonly SelectionSetNode[]>();
  for (const definition of supergraph.definitions) {
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ) {
      for (const { name, directives = [] } of definition.fields ?? []) {
        const sets = directives
          .filter((directive) => directive.name.value === directiveName)
          .flatMap(requiredFields);
        if (sets.length > 0) {
          fieldSets.set(`${definition.name.value}.${name.value}`, sets);
        }
      }
    }
  }
  return fieldSets;
}

function requiredFields({ arguments: args = [] }: ConstDirectiveNode): SelectionSetNode[] {
  const requires = args.find(({ name }) => name.value === 'requires')?.value;
  if (requires?.kind !== Kind.STRING || requires.value.trim() === '') {
    return [];
  }
  // The planner has checked that it is a set of fields.
  const [operation] = parse(`{ ${requires.value} }`, { noLocation: true }).definitions;
  return [(operation as OperationDefinitionNode).selectionSet];
}
