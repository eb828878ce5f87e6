import {
  type GraphQLSchema,
  getNamedType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type NameNode,
  parse,
  print,
  type StringValueNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { InventedNames, namesIn } from '../executor/index.ts';

/**
 * The prefix of variables that the gateway put in place of literals. `check:schema` may give these variables another
 * type, because one literal is valid for several types.
 */
export const literalPrefix = '_literal';

/** An operation without its literals. */
export interface TextToRecord {
  /** Valid against `schema`. */
  readonly text: string;
  readonly schema: GraphQLSchema;
  /** Whether a variable has replaced a literal. */
  isLiteral(variable: string): boolean;
}

/**
 * The text under which an operation is recorded. It has no values that could identify a person, and no names that the
 * client invented: an alias or the name of a variable could be a person's number (R30). The text selects the same
 * fields.
 *
 * Before: `query Loans_21852000000017($card: ID = "21852000000017") { mine: patron(card: $card) { name } }`
 * After: `query ($_variable: ID = "") { _alias: patron(card: $_variable) { name } }`
 *
 * Of a custom scalar's literal, only the variables and the form remain. Its keys and enum values may also name a person.
 *
 * Before: `query ($id: ID) { find(by: { tel91234567: true, level: HIGH, id: $id }) }`
 * After: `query ($_variable: ID) { find(by: { _key: false, _key_1: "", _key_2: $_variable }) }`
 */
export function recordedText({ text, schema, isLiteral }: TextToRecord): string {
  const document = parse(text, { noLocation: true });
  const taken = namesIn(document);
  const names = new InventedNames((name) => taken.has(name));
  const renamed = (node: NameNode, kind: 'alias' | 'fragment' | 'key' | 'variable'): NameNode => ({
    ...node,
    value: names.choose(
      `${kind} ${node.value}`,
      kind === 'variable' && isLiteral(node.value) ? literalPrefix : `_${kind}`,
    ),
  });
  const typeInfo = new TypeInfo(schema);
  return print(
    visit(
      document,
      visitWithTypeInfo(typeInfo, {
        [Kind.OPERATION_DEFINITION]: ({ name: _name, ...unnamed }) => unnamed,
        [Kind.FIELD]: (node) =>
          node.alias === undefined ? undefined : { ...node, alias: renamed(node.alias, 'alias') },
        [Kind.VARIABLE]: (node) => ({ ...node, name: renamed(node.name, 'variable') }),
        [Kind.FRAGMENT_DEFINITION]: (node) => ({ ...node, name: renamed(node.name, 'fragment') }),
        [Kind.FRAGMENT_SPREAD]: (node) => ({ ...node, name: renamed(node.name, 'fragment') }),
        [Kind.OBJECT]: (node) =>
          isOfCustomScalar(typeInfo)
            ? {
                ...node,
                fields: node.fields.map((field) => ({ ...field, name: renamed(field.name, 'key') })),
              }
            : undefined,
        [Kind.STRING]: () => emptyText,
        [Kind.ENUM]: () => (isOfCustomScalar(typeInfo) ? emptyText : undefined),
        [Kind.BOOLEAN]: (node) => (isOfCustomScalar(typeInfo) ? { ...node, value: false } : undefined),
        // A number with at most three digits can't identify a person. It is kept, because it may be the size of a list,
        // on which the operation's cost depends.
        [Kind.INT]: (node) =>
          /\d{4}/.test(node.value) || isOfCustomScalar(typeInfo) ? { ...node, value: '0' } : undefined,
        [Kind.FLOAT]: (node) => ({ ...node, value: '0.0' }),
      }),
    ),
  );
}

const emptyText: StringValueNode = { kind: Kind.STRING, value: '' };

/**
 * Whether the visited value is the literal of a custom scalar, or is inside such a literal. Values inside have no types.
 */
function isOfCustomScalar(typeInfo: TypeInfo): boolean {
  const type = getNamedType(typeInfo.getInputType());
  return type === undefined || (isScalarType(type) && !isSpecifiedScalarType(type));
}
