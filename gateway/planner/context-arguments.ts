import {
  buildASTSchema,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { PlanNode } from '../executor/index.ts';

/**
 * Finds a field in a plan whose arguments come from a context (`@fromContext`), as `Type.field`. router-query-planner
 * 0.0.38 asks for such a field as if it had no arguments, and the answer would be wrong without a word.
 */
export type FindContextArguments = (plan: PlanNode) => string | undefined;

/** None where nothing in the supergraph has such an argument. */
export function contextArgumentsIn(supergraph: DocumentNode): FindContextArguments {
  const fields = fieldsWithContext(supergraph);
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
  const inPlan: FindContextArguments = (plan) =>
    'operation' in plan
      ? inOperation(plan.operation)
      : plan.nodes.map(inPlan).find((coordinate) => coordinate !== undefined);
  return inPlan;
}

function fieldsWithContext({ definitions }: DocumentNode): ReadonlySet<string> {
  return new Set(
    definitions
      .filter(
        (definition): definition is ObjectTypeDefinitionNode =>
          definition.kind === Kind.OBJECT_TYPE_DEFINITION,
      )
      .flatMap(({ name, fields = [] }) =>
        fields
          .filter(({ directives = [] }) =>
            directives.some((directive) =>
              directive.arguments?.some((argument) => argument.name.value === 'contextArguments'),
            ),
          )
          .map((field) => `${name.value}.${field.name.value}`),
      ),
  );
}
