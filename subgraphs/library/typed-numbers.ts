import { type GraphQLSchema, isObjectType } from 'graphql';
import { cardNumberOf, certificateNumberOf, identityNumberOf } from './card-and-identity-numbers.ts';
import { telephoneOf } from './contact.ts';

/**
 * The parser for each argument or input field that is a typed number, in every subgraph. A parsed number has only one
 * spelling. So calls to the legacy systems, counts by number, and fingerprints of inputs all use the same one.
 */
const parsers: ReadonlyMap<string, (typed: string) => string> = new Map([
  ['libraryCardNumber', cardNumberOf],
  ['itemNumber', cardNumberOf],
  ['identityNumber', identityNumberOf],
  ['birthCertificateNumber', certificateNumberOf],
  ['telephone', telephoneOf],
]);

/**
 * Converts all typed numbers in a value, such as a field's arguments, to the form that the systems store. Other values
 * stay as they are. Never fails.
 */
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

/**
 * Makes every resolver receive parsed numbers. Federation's own fields are left out, because nobody types their keys.
 */
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
