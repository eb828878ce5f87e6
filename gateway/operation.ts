/**
 * A client's operation, made ready to be planned and projected. Conditions are settled first, so that neither the
 * planner nor the projection has to know them; then what the caller may not have and what is answered without a
 * subgraph is left out of what is planned.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type Denial, isIntrospective } from './executor/index.ts';

/** One operation and the fragments it may use, free of `@skip` and `@include`. */
export interface Settled {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Settles every `@skip` and `@include` of the document by the variables' values. */
export function settleConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Settled {
  const enter = (node: SelectionNode) => {
    if (node.directives === undefined || node.directives.length === 0) {
      return undefined;
    }
    const skip = getDirectiveValues(GraphQLSkipDirective, node, variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, variables);
    return skip?.if === true || include?.if === false ? null : withoutConditions(node);
  };
  const settle = { Field: enter, InlineFragment: enter, FragmentSpread: enter };
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return {
    operation: visit(operation, settle),
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, visit(fragment, settle)])),
  };
}

function withoutConditions(node: SelectionNode): SelectionNode {
  const directives = node.directives?.filter(({ name }) => name.value !== 'skip' && name.value !== 'include');
  return { ...node, directives: directives ?? [] };
}

/** The names of the variables that decide a condition somewhere in the document. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: args }) => {
      const [condition] = args ?? [];
      if ((name.value === 'skip' || name.value === 'include') && condition?.value.kind === Kind.VARIABLE) {
        names.add(condition.value.name.value);
      }
    },
  });
  return [...names].sort();
}

/** The fields that the caller may not have, each with its reason. */
export function findDenials(
  { operation, fragments }: Settled,
  schema: GraphQLSchema,
  denied: ReadonlyMap<string, Denial>,
): ReadonlyMap<FieldNode, Denial> {
  const denials = new Map<FieldNode, Denial>();
  const typeInfo = new TypeInfo(schema);
  const find = visitWithTypeInfo(typeInfo, {
    Field: (node) => {
      const denial = denied.get(`${typeInfo.getParentType()?.name}.${node.name.value}`);
      if (denial !== undefined) {
        denials.set(node, denial);
      }
    },
  });
  for (const definition of [operation, ...fragments.values()]) {
    visit(definition, find);
  }
  return denials;
}

/**
 * The key under which a plan's data has a field. An alias may be the name of another field, of a key even, and a field
 * with arguments may be required elsewhere with others: such a field gets a key that no field has, and the client's is
 * put back at projection.
 */
export function planKey({ alias, name }: FieldNode, definition: GraphQLField<unknown, unknown>): string {
  const responseKey = alias?.value ?? name.value;
  const plain = responseKey === name.value && definition.args.length === 0;
  return plain || name.value === '__typename'
    ? name.value
    : `_a${responseKey.length}_${responseKey}_${name.value}`;
}

/** Names that plans give to variables of their own, so that no client's may be one of them. */
const reservedVariable = /^(_|v_|representations)/;

export function planVariable(name: string): string {
  return reservedVariable.test(name) ? `v_${name}` : name;
}

/** The document to be planned: null where nothing of it needs a subgraph. */
export function toPlannable(
  { operation, fragments }: Settled,
  schema: GraphQLSchema,
  denials: ReadonlyMap<FieldNode, Denial>,
): DocumentNode | null {
  const typeInfo = new TypeInfo(schema);
  const parents: (GraphQLCompositeType | null | undefined)[] = [];
  const rewrite = visitWithTypeInfo(typeInfo, {
    Variable: (node) => ({ ...node, name: { ...node.name, value: planVariable(node.name.value) } }),
    Field: {
      enter: (node) => {
        const parent = typeInfo.getParentType();
        // The type of an object is known without asking.
        const known = node.name.value === '__typename' && !isAbstractType(parent);
        return known || denials.has(node) || isIntrospective(node) ? null : undefined;
      },
      leave: (node) => {
        const definition = typeInfo.getFieldDef();
        const key = definition == null ? node.name.value : planKey(node, definition);
        const { alias: _, ...bare } = node;
        return key === node.name.value ? bare : { ...bare, alias: { kind: Kind.NAME, value: key } };
      },
    },
    SelectionSet: {
      enter: () => {
        parents.push(typeInfo.getParentType());
      },
      leave: (node) => {
        const parent = parents.pop();
        // Which fragment is for which object, only its type can tell.
        const typed = isAbstractType(parent) && node.selections.some(({ kind }) => kind !== Kind.FIELD);
        const named = node.selections.some(
          (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
        );
        return (typed && !named) || node.selections.length === 0
          ? { ...node, selections: [...node.selections, typenameField] }
          : undefined;
      },
    },
  });
  const planned = visit(operation, rewrite);
  const plannedFragments = new Map(
    [...fragments].map(([name, fragment]) => [name, visit(fragment, rewrite)]),
  );
  return asksSomething(planned.selectionSet.selections, plannedFragments)
    ? { kind: Kind.DOCUMENT, definitions: [planned, ...usedBy(planned, plannedFragments)] }
    : null;
}

const typenameField: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** True where a root field other than `__typename` is left. */
function asksSomething(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): boolean {
  return selections.some((selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return selection.name.value !== '__typename';
      case Kind.INLINE_FRAGMENT:
        return asksSomething(selection.selectionSet.selections, fragments);
      case Kind.FRAGMENT_SPREAD:
        return asksSomething(fragments.get(selection.name.value)?.selectionSet.selections ?? [], fragments);
      default: {
        const missed: never = selection;
        return missed;
      }
    }
  });
}

/** The fragments that the operation spreads, and those that they spread. */
function usedBy(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  const used = new Map<string, FragmentDefinitionNode>();
  const collect = (definition: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(definition, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment !== undefined && !used.has(name.value)) {
          used.set(name.value, fragment);
          collect(fragment);
        }
      },
    });
  };
  collect(operation);
  return [...used.values()];
}
