import { buildASTSchema, type DocumentNode, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { PlanNode } from '../executor/index.ts';
import { type FieldDirectives, hasFields } from './join.ts';

/** Finds a field in what a plan asks of subgraphs, as `Type.field`. */
export type FindField = (plan: PlanNode) => string | undefined;

/** Finds a field whose directives are like that. */
export function findFieldIn(
  supergraph: DocumentNode,
  isLooked: (directives: FieldDirectives) => boolean,
): FindField {
  const fields = new Set(
    supergraph.definitions
      .filter(hasFields)
      .flatMap((type) =>
        (type.fields ?? [])
          .filter(({ directives = [] }) => isLooked(directives))
          .map((field) => `${type.name.value}.${field.name.value}`),
      ),
  );
  if (fields.size === 0) {
    return () => undefined;
  }
  const schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
  const inOperation = (operation: string): string | undefined => {
    const typeInfo = new TypeInfo(schema);
    let found: string | undefined;
    visit(
      parse(operation, { noLocation: true }),
      visitWithTypeInfo(typeInfo, {
        Field: ({ name }) => {
          const coordinate = `${typeInfo.getParentType()?.name}.${name.value}`;
          found ??= fields.has(coordinate) ? coordinate : undefined;
        },
      }),
    );
    return found;
  };
  const inPlan: FindField = (plan) =>
    'operation' in plan
      ? inOperation(plan.operation)
      : plan.nodes.map(inPlan).find((coordinate) => coordinate !== undefined);
  return inPlan;
}
