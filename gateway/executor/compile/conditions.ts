import {
  type DirectiveNode,
  type DocumentNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  visit,
} from 'graphql';

/** The values of the variables in @skip and @include. */
export type ConditionValues = ReadonlyMap<string, boolean>;

/** The variables in the document's @skip and @include directives, sorted. */
export function conditionVariablesOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      const condition = conditionOf(directive);
      if (condition?.kind === Kind.VARIABLE) {
        names.add(condition.name.value);
      }
    },
  });
  return [...names].sort();
}

/** Whether a selection with these directives is included in the operation. */
export function isIncluded(
  { directives = [] }: { readonly directives?: readonly DirectiveNode[] },
  values: ConditionValues,
): boolean {
  return directives.every((directive) => {
    const condition = conditionOf(directive);
    if (condition === undefined) {
      return true;
    }
    const holds =
      condition.kind === Kind.VARIABLE
        ? values.get(condition.name.value) === true
        : condition.kind === Kind.BOOLEAN && condition.value;
    return directive.name.value === GraphQLIncludeDirective.name ? holds : !holds;
  });
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === GraphQLIncludeDirective.name || name.value === GraphQLSkipDirective.name;
}

function conditionOf(directive: DirectiveNode) {
  return isCondition(directive)
    ? directive.arguments?.find((argument) => argument.name.value === 'if')?.value
    : undefined;
}

/**
 * The directives of a selection without the directives that the gateway itself carries out: @skip, @include and @defer.
 */
export function withoutOwnDirectives({
  directives = [],
}: {
  readonly directives?: readonly DirectiveNode[];
}): readonly DirectiveNode[] {
  return directives.filter((directive) => !isCondition(directive) && directive.name.value !== 'defer');
}
