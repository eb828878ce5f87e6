import type { ComplexType, Particle, SchemaType } from '../../soap/contract/contract-types.ts';
import { particlesOf } from '../../soap/contract/particles.ts';
import { isSimple, type Member, primitiveOf } from '../members.ts';
import type { OperationFacts } from '../report/facts.ts';
import { wordsOf } from '../words.ts';
import type { ValueKind } from './schema.ts';

/**
 * The scopes of a drafted query: only staff may use it. A contract doesn't say which records contain personal data. So
 * whoever edits the mapping must decide whether every caller with a token may use the query.
 */
export const draftedScopes: readonly string[] = ['circulation:read'];

/**
 * Guesses a short name for a system from a few consonants of its subgraph's name: `rms` for `rooms`. The short name
 * always differs from the subgraph's name.
 */
export function shortNameOf(name: string): string {
  const short = name
    .replace(/(?<=.)[aeiou]/g, '')
    .replace(/(.)\1+/g, '$1')
    .slice(0, 4);
  return short === name || short.length < 2 ? `${name.slice(0, 8)}sys` : short;
}

export const kindOfPrimitive = (type: SchemaType): ValueKind => {
  switch (primitiveOf(type)) {
    case 'int':
      return 'int';
    case 'boolean':
      return 'boolean';
    case 'float':
    case 'double':
      return 'float';
    case 'date':
      return 'date';
    case 'dateTime':
      return 'date-time';
    default:
      return 'text';
  }
};

/** Whether a member's name looks like the key of its own record, such as `RoomNo` of `Room`. */
export function isOwnKey(type: ComplexType, { name }: Member): boolean {
  const [first] = wordsOf(name);
  return ['no', 'id', 'number', 'key'].includes(first ?? '') || wordsOf(type.name).includes(first ?? '');
}

/** The words after an operation's verb: `opening-hours` for `ListOpeningHours`. A name of one word stays as it is. */
export const nounOf = (operation: string): string => {
  const [, ...rest] = wordsOf(operation);
  return rest.length === 0 ? operation : rest.join('-');
};

export function whyNoChange(
  reference: Member | null,
  rows: OperationFacts['rows'],
  lookup: OperationFacts | undefined,
): string {
  if (reference === null) {
    return 'it takes no reference: after a time-out nobody could find out whether it was done';
  }
  if (rows === null || rows.isList) {
    return 'its reply has no record';
  }
  return lookup === undefined
    ? `nothing finds it by its ${reference.name} after a time-out`
    : 'its request needs more than simple values, or its reply has no record';
}

/** Whether a value of the type can be in the graph. Records, XSD lists and binary values can't. */
export const canBeNamed = (type: SchemaType): boolean =>
  isSimple(type) && type.kind !== 'list' && !['base64Binary', 'hexBinary'].includes(primitiveOf(type) ?? '');

/**
 * Whether the draft can fill a request. Every required member must have a value that can be in the graph, and the
 * request must contain no choice of members.
 */
export const isPlainRequest = ({
  operation,
  request,
}: Pick<OperationFacts, 'operation' | 'request'>): boolean =>
  request.every(({ type, isOptional }) => canBeNamed(type) || isOptional) &&
  (operation.input === null || !hasChoice(operation.input.type));

function hasChoice(type: SchemaType): boolean {
  if (type.kind !== 'complex') {
    return false;
  }
  const isChoice = (particle: Particle): boolean =>
    particle.kind === 'group' && (particle.compositor === 'choice' || particle.particles.some(isChoice));
  return type.content.kind === 'choice' || particlesOf(type).some(isChoice);
}
