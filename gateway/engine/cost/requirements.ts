import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { parseFieldSet } from '../../planner/index.ts';
import { readLinks } from '../../supergraph/links.ts';
import { CostEstimator, type CostRules } from './cost-estimator.ts';
import { evaluateCost, largest } from './cost-expression.ts';

/**
 * Returns the cost of each field's `@requires` for one object, by `Type.field`. If a field requires different fields in
 * several subgraphs, the largest cost counts.
 *
 * With `type Book { parts: [Part]  weight: Int @requires(fields: "parts { weight }") }`, `Book.weight` costs ten if a
 * list is assumed to have ten items. The gateway reads the parts of each book whose weight is requested.
 *
 * Required fields may be hidden from clients. So their types come from the supergraph, not from the clients' schema.
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
    // If required fields lack a slicing argument, the client can't add it. So no slicing argument is required here.
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
      // A field may require itself on another object. This costs nothing here, so that the computation ends.
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

/** Returns the required fields of each field, by `Type.field`. */
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
  return requires?.kind !== Kind.STRING || requires.value.trim() === ''
    ? []
    : [parseFieldSet(requires.value)];
}
