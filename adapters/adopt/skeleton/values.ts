import type { SchemaType } from '../../soap/contract/contract-types.ts';
import type { ValueKind } from '../mapping/schema.ts';
import { memberAt, membersOf, primitiveOf } from '../members.ts';
import type { ValuePlan } from './plan.ts';

const graphTypes: Readonly<Record<Exclude<ValueKind, 'enum'>, string>> = {
  text: 'String',
  id: 'ID',
  int: 'Int',
  float: 'Float',
  boolean: 'Boolean',
  date: 'Date',
  'date-time': 'DateTime',
  'compact-date': 'Date',
  'slashed-date': 'Date',
  stamp: 'DateTime',
};

/** The kinds of value that are parsed from a text as a date or time. A text that can't be parsed becomes null. */
const mayFail: readonly ValueKind[] = ['compact-date', 'slashed-date', 'stamp'];

export const graphType = ({ as, enumName, member, isOptional }: ValuePlan): string => {
  const single = as === 'enum' ? (enumName ?? 'String') : graphTypes[as];
  if (member.isRepeated) {
    return `[${single}!]!`;
  }
  return isOptional || mayFail.includes(as) ? single : `${single}!`;
};

/** The GraphQL type of an argument or input field. An optional value is nullable, and null means the same as absent. */
export const inputType = (value: ValuePlan): string => {
  const { as, enumName, member, isOptional } = value;
  const single = as === 'enum' ? (enumName ?? 'String') : graphTypes[as];
  const whole = member.isRepeated ? `[${single}!]` : single;
  return isOptional ? whole : `${whole}!`;
};

const portSingle = ({ as, enumName }: ValuePlan): string => {
  switch (as) {
    case 'int':
    case 'float':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'enum':
      return enumName ?? 'string';
    default:
      return 'string';
  }
};

export const portType = (value: ValuePlan): string => {
  const single = portSingle(value);
  if (value.member.isRepeated) {
    return `readonly ${single}[]`;
  }
  return value.isOptional || mayFail.includes(value.as) ? `${single} | null` : single;
};

/** The type of a value in a request of the port. An absent value is null. */
export const requestType = (value: ValuePlan): string => {
  const single = portSingle(value);
  const whole = value.member.isRepeated ? `readonly ${single}[]` : single;
  return value.isOptional ? `${whole} | null` : whole;
};

/** The access to a property of an object: `.RoomNo`, or `["Room-No"]`. */
export const property = (key: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

/** A key in an object's literal. */
export const literalKey = (key: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : JSON.stringify(key);

/** The expression that reads a member at a path: `row.Details?.Name`. */
export function accessOf(root: SchemaType, path: string, from: string): string {
  const keys = path.split('.');
  return keys.reduce((text, key, index) => {
    const before = index === 0 ? null : memberAt(root, keys.slice(0, index).join('.'));
    const isAbsent = before?.isOptional === true;
    return `${text}${isAbsent ? '?' : ''}${isAbsent && property(key).startsWith('[') ? '.' : ''}${property(key)}`;
  }, from);
}

/**
 * The expression that translates a value of the vendor for the port. `value` is the expression for the vendor's value.
 */
export function fromVendor({ as, member }: Pick<ValuePlan, 'as' | 'member'>, value: string): string {
  switch (as) {
    case 'date':
      return `dayOf(${value})`;
    case 'date-time':
      return `instantOf(${value})`;
    case 'compact-date':
      return `dayOfCompact(${value})`;
    case 'slashed-date':
      return `dayOfSlashed(${value})`;
    case 'stamp':
      return `instantOfStamp(${value})`;
    case 'text':
    case 'id':
      return isText(member.type) ? value : `String(${value})`;
    default:
      return value;
  }
}

/**
 * The expression that translates a value of the port for the vendor. `value` is the expression for the port's value.
 */
export function toVendor({ as, member }: Pick<ValuePlan, 'as' | 'member'>, value: string): string {
  switch (as) {
    case 'compact-date':
      return `compact(${value})`;
    case 'slashed-date':
      return `slashed(${value})`;
    case 'text':
    case 'id': {
      const primitive = primitiveOf(member.type);
      return primitive === 'long' ? `whole(${value})` : primitive === 'int' ? `Number(${value})` : value;
    }
    default:
      return value;
  }
}

/** Whether our values of the type are strings. */
export const isText = (type: SchemaType): boolean =>
  type.kind === 'atomic' &&
  !['boolean', 'int', 'long', 'float', 'double', 'hexBinary', 'base64Binary'].includes(type.primitive);

/** The TypeScript literal of an object that has each expression at its path: `{ Body: { RoomNo: keys } }`. */
function nestedLiteral(values: readonly (readonly [path: string, expression: string])[]): string {
  const byFirst = Map.groupBy(values, ([path]) => path.split('.')[0] ?? '');
  const members = [...byFirst].map(([first, inner]) => {
    const [only] = inner;
    const text =
      only !== undefined && only[0] === first
        ? only[1]
        : nestedLiteral(inner.map(([path, expression]) => [path.slice(first.length + 1), expression]));
    return `${literalKey(first)}: ${text}`;
  });
  return `{ ${members.join(', ')} }`;
}

/** The TypeScript literal of a request with each expression at its path. Other repeated members are empty arrays. */
export const requestLiteral = (
  type: SchemaType,
  values: readonly (readonly [path: string, expression: string])[],
): string =>
  nestedLiteral([
    ...values,
    ...emptyLists(
      type,
      '',
      values.map(([path]) => path),
    ),
  ]);

function emptyLists(
  type: SchemaType,
  prefix: string,
  paths: readonly string[],
): (readonly [string, string])[] {
  return membersOf(type).flatMap((member): (readonly [string, string])[] => {
    const path = `${prefix}${member.key}`;
    if (member.isRepeated) {
      return paths.includes(path) ? [] : [[path, '[]']];
    }
    const isFilled = paths.some((filled) => filled.startsWith(`${path}.`));
    return isFilled ? emptyLists(member.type, `${path}.`, paths) : [];
  });
}
