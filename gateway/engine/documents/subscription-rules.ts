/** A validation rule for subscriptions that graphql-js 16 lacks. graphql-js already requires a single root field. */
import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

const conditions: ReadonlySet<string> = new Set(['skip', 'include']);

/**
 * Refuses `@skip` and `@include` on the root selections of a subscription (GraphQL, September 2025, section 5.2.4.1): a
 * subscription whose root field is left out would have no events.
 */
export function noConditionalSubscriptionRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation !== OperationTypeNode.SUBSCRIPTION) {
        return;
      }
      const visited = new Set<SelectionSetNode>();
      const check = (set: SelectionSetNode): void => {
        if (visited.has(set)) {
          return;
        }
        visited.add(set);
        for (const selection of set.selections) {
          const condition = selection.directives?.find(({ name }) => conditions.has(name.value));
          if (condition !== undefined) {
            const message = `The root field of a subscription can't have "@${condition.name.value}".`;
            context.reportError(new GraphQLError(message, { nodes: condition }));
          }
          if (selection.kind === Kind.INLINE_FRAGMENT) {
            check(selection.selectionSet);
          } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
            const fragment = context.getFragment(selection.name.value);
            if (fragment != null) {
              check(fragment.selectionSet);
            }
          }
        }
      };
      check(selectionSet);
    },
  };
}
