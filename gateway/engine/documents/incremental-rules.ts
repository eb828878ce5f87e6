/**
 * The validation rules for `@defer`. graphql-js has these rules only since version 17. `@stream` has an error of its own,
 * because clients that use `@defer` may also try `@stream`.
 */
import {
  type ASTVisitor,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';

const refuse = (
  context: ValidationContext,
  message: string,
  nodes: DirectiveNode | readonly DirectiveNode[],
) => context.reportError(new GraphQLError(message, { nodes }));

const argumentOf = ({ arguments: args = [] }: DirectiveNode, argumentName: string) =>
  args.find(({ name }) => name.value === argumentName)?.value;

const isDefer = ({ name }: DirectiveNode): boolean => name.value === 'defer';

function noStreamRule(context: ValidationContext): ASTVisitor {
  return {
    Directive(node) {
      if (node.name.value === 'stream') {
        const message =
          'The directive "@stream" is not supported: a list is delivered as a whole. "@defer" is supported.';
        context.reportError(
          new GraphQLError(message, { nodes: node, extensions: { code: 'OPERATION_NOT_SUPPORTED' } }),
        );
      }
    },
  };
}

/** The rule "Defer And Stream Directive Labels Are Unique". It also rejects a label that is a variable. */
function uniqueLabelsRule(context: ValidationContext): ASTVisitor {
  const known = new Map<string, DirectiveNode>();
  return {
    Directive(node) {
      const label = isDefer(node) ? argumentOf(node, 'label') : undefined;
      if (label === undefined || label.kind === Kind.NULL) {
        return;
      }
      if (label.kind !== Kind.STRING) {
        refuse(context, 'The label of "@defer" must be a string in the document.', node);
        return;
      }
      const first = known.get(label.value);
      if (first === undefined) {
        known.set(label.value, node);
      } else {
        refuse(context, 'Each label of "@defer" must be unique in the document.', [first, node]);
      }
    },
  };
}

/**
 * The rule "Defer And Stream Directives Are Used On Valid Root Field". A mutation's root fields can't be deferred,
 * because they run one after the other.
 */
function noDeferredRootRule(context: ValidationContext): ASTVisitor {
  return {
    Directive(node) {
      const parent = context.getParentType();
      const schema = context.getSchema();
      const isRoot =
        parent != null && [schema.getMutationType(), schema.getSubscriptionType()].includes(parent as never);
      if (isDefer(node) && isRoot) {
        refuse(context, `The root fields of ${parent.name} can't be deferred with "@defer".`, node);
      }
    },
  };
}

/**
 * The rule "Defer And Stream Directives Are Used On Valid Operations". A subscription can't defer, because each event
 * is delivered as a whole.
 */
function noDeferInSubscriptionsRule(context: ValidationContext): ASTVisitor {
  const mayBeOff = (node: DirectiveNode) => {
    const condition = argumentOf(node, 'if');
    return condition?.kind === Kind.VARIABLE || (condition?.kind === Kind.BOOLEAN && !condition.value);
  };
  const check = (definition: OperationDefinitionNode | FragmentDefinitionNode) =>
    visit(definition, {
      Directive(node) {
        if (isDefer(node) && !mayBeOff(node)) {
          refuse(context, 'A subscription can\'t have "@defer", unless "if" switches it off.', node);
        }
      },
    });
  return {
    Document({ definitions }: DocumentNode) {
      const checked = new Set<FragmentDefinitionNode>();
      for (const definition of definitions) {
        if (
          definition.kind === Kind.OPERATION_DEFINITION &&
          definition.operation === OperationTypeNode.SUBSCRIPTION
        ) {
          check(definition);
          for (const fragment of context.getRecursivelyReferencedFragments(definition)) {
            if (!checked.has(fragment)) {
              checked.add(fragment);
              check(fragment);
            }
          }
        }
      }
    },
  };
}

export const incrementalRules: readonly ValidationRule[] = [
  noStreamRule,
  uniqueLabelsRule,
  noDeferredRootRule,
  noDeferInSubscriptionsRule,
];
