import { type GraphQLSchema, isObjectType } from 'graphql';
import { telephoneOf } from './contact.ts';
import { cardNumberOf, certificateNumberOf, identityNumberOf } from './numbers.ts';

/**
 * The parser of each number that people type, by the name that it has as an argument or in an input, in every subgraph. One
 * number has one spelling from here on: for the systems that are asked, for what is counted by it, and for telling whether
 * the same is asked for again.
 */
const parsers: ReadonlyMap<string, (typed: string) => string> = new Map([
  ['libraryCardNumber', cardNumberOf],
  ['itemNumber', cardNumberOf],
  ['identityNumber', identityNumberOf],
  ['birthCertificateNumber', certificateNumberOf],
  ['telephone', telephoneOf],
]);

/** Arguments, or a value in them, with the numbers that have a parser in the form that the systems keep. Never fails. */
export function withParsedNumbers<Value>(value: Value): Value;
export function withParsedNumbers(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => withParsedNumbers(one));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const parse = parsers.get(name);
      return [name, parse !== undefined && typeof one === 'string' ? parse(one) : withParsedNumbers(one)];
    }),
  );
}

/** From now on every resolver gets its arguments so. Federation's own fields take keys, which nobody has typed. */
export function parseNumbersIn(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) {
      continue;
    }
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      if (resolve === undefined || field.args.length === 0 || field.name.startsWith('_')) {
        continue;
      }
      field.resolve = (source, args, context, info) =>
        resolve(source, withParsedNumbers(args), context, info);
    }
  }
}
