import { type ArgumentNode, type DocumentNode, Kind, parse, type ValueNode, visit } from 'graphql';
import { WeightedCache } from '../../platform/caches/weighted-cache.ts';
import { parseJson } from '../executor/index.ts';

/** The maximum number of characters in the texts of all documents whose literals are kept. */
const maxCharacters = 1_000_000;

/** These directives decide which fields are requested. Their arguments reach no resolver. */
const conditions = new Set(['skip', 'include', 'defer']);

/**
 * Returns the values of the literals that a document still contains, as variables with names that the client doesn't
 * use. These literals were not replaced by variables, because a custom scalar might read a variable's JSON differently
 * from the literal (`gateway/engine/operations/literals.ts`). A number that doesn't fit a double is a `LongNumber`.
 *
 * Before: `query ($id: ID, $literal0: Int) { find(filter: { id: $id, level: HIGH }, first: $literal0) }`
 * and `{ id: "1", literal0: 5 }`
 * After: `{ literal1: { id: "1", level: "HIGH" } }`
 */
export function writtenValues(
  text: string,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  let number = 0;
  for (const literal of literalsIn(text)) {
    while (Object.hasOwn(variables, `literal${number}`) || text.includes(`$literal${number}`)) {
      number++;
    }
    values[`literal${number}`] = jsonOf(literal, variables);
    number++;
  }
  return values;
}

const literalsOfTexts = new WeightedCache<string, readonly ValueNode[]>(maxCharacters);

/**
 * Returns the values of arguments that contain a literal. Null doesn't count, because it stands for an absent argument.
 */
function literalsIn(text: string): readonly ValueNode[] {
  const kept = literalsOfTexts.get(text);
  if (kept !== undefined) {
    return kept;
  }
  const literals = argumentsIn(parse(text, { noLocation: true }))
    .map(({ value }) => value)
    .filter(hasValue);
  literalsOfTexts.set(text, literals, { weight: text.length });
  return literals;
}

function argumentsIn(document: DocumentNode): readonly ArgumentNode[] {
  const found: ArgumentNode[] = [];
  visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => (conditions.has(name.value) ? false : undefined),
    [Kind.ARGUMENT](argument) {
      found.push(argument);
      return false;
    },
  });
  return found;
}

function hasValue(node: ValueNode): boolean {
  switch (node.kind) {
    case Kind.VARIABLE:
    case Kind.NULL:
      return false;
    case Kind.LIST:
      return node.values.some(hasValue);
    case Kind.OBJECT:
      return node.fields.some(({ value }) => hasValue(value));
    default:
      return true;
  }
}

function jsonOf(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((item) => jsonOf(item, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, jsonOf(value, variables)]));
    case Kind.INT:
    case Kind.FLOAT:
      return parseJson(Buffer.from(node.value));
    default:
      return node.value;
  }
}
