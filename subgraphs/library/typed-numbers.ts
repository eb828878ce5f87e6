import { type GraphQLSchema, isObjectType } from 'graphql';
import { cardNumberOf, certificateNumberOf, identityNumberOf } from './card-and-identity-numbers.ts';
import { telephoneOf } from './contact.ts';

/**
 * The parser of each number that people type, by its name as an argument or input field in every subgraph. From here on a
 * number has one spelling: in calls to the legacy systems, in counts by number, and in fingerprints of inputs.
 */
const parsers: ReadonlyMap<string, (typed: string) => string> = new Map([
  ['libraryCardNumber', cardNumberOf],
  ['itemNumber', cardNumberOf],
  ['identityNumber', identityNumberOf],
  ['birthCertificateNumber', certificateNumberOf],
  ['telephone', telephoneOf],
]);

/** Arguments, or a value in them, with each number that has a parser in the form that the systems store. Never fails. */
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

/** Makes every resolver receive parsed numbers. Federation's own fields take keys, which nobody types. */
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
