import { identityNumber } from '../../../simulators/library/numbers.ts';
import { pick } from '../../support/random.ts';

/** A request of the flood. */
export interface Attack {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export const attackKinds = [
  'searches',
  'new documents',
  'large variables',
  'applications',
  'wrong PINs',
] as const;
export type AttackKind = (typeof attackKinds)[number];

type Random = () => number;
const letters = 'abcdefghijklmnopqrstuvwxyz';
const word = (random: Random, length: number) =>
  Array.from({ length }, () => pick(random, [...letters])).join('');

/** An application of a person who is not registered. */
const application = (random: Random, addressLines: readonly string[]): Attack => ({
  query: 'mutation Apply($input: SubmitApplicationInput!) { submitApplication(input: $input) { receipt } }',
  variables: {
    input: {
      reference: word(random, 24),
      channel: 'INTERNET',
      wants: ['LIBRARY_CARD'],
      applicant: {
        englishName: `FLOOD, ${word(random, 8).toUpperCase()}`,
        identityNumber: identityNumber(Math.floor(random() * 900_000)),
        dateOfBirth: '1990-05-17',
        addressLines,
        email: `${word(random, 8)}@flood.example`,
        telephone: '21234567',
      },
    },
  },
});

/** An application with a usual address. */
export const applicationOf = (random: Random): Attack =>
  application(random, ['Flat 3, Block B', '8 Reading Road']);

/** A function for each kind of attack. It makes the next request of that kind. */
export const attacks: Readonly<Record<AttackKind, (random: Random) => Attack>> = {
  searches: (random) => ({
    query: 'query Search($title: String!) { items(title: $title, first: 100) { itemNumber title } }',
    variables: { title: word(random, 2) },
  }),
  // The words of each document are new, so each is parsed, validated and planned.
  'new documents': (random) => {
    const fields = Array.from({ length: 40 }, () => `${word(random, 12)}: title`).join(' ');
    return {
      query: `{ ${word(random, 12)}: item(itemNumber: "31852000000015") { ${fields} } }`,
      variables: {},
    };
  },
  'large variables': (random) =>
    application(
      random,
      Array.from({ length: 900 }, () => word(random, 60)),
    ),
  applications: applicationOf,
  'wrong PINs': (random) => ({
    query: 'query Pins($reader: CardAndPin!) { readerLoans(reader: $reader, first: 1) { totalCount } }',
    variables: {
      reader: { libraryCardNumber: '21852000000017', pin: String(1000 + Math.floor(random() * 9000)) },
    },
  }),
};
