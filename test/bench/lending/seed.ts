import { luhnDigit } from '../../../simulators/check-digits.ts';
import { readSeed, type Seed } from '../../../simulators/index.ts';

/** The number of readers who check out at the same time. Each has a card and an item of their own. */
export const readers = 8;

const withDigit = (digits: string): string => digits + luhnDigit(digits);
const numbered = (prefix: string, index: number): string =>
  withDigit(`${prefix}${String(index).padStart(8, '0')}`);

export const cardOf = (reader: number): string => numbered('21852', 9_000_000 + reader);
export const itemOf = (reader: number): string => numbered('31852', 9_000_000 + reader);

/** The seed with these readers, their cards and their items. */
export function benchSeed(): Seed {
  const seed = readSeed();
  const { patrons, cards, items } = seed;
  const patron = patrons.find(({ patronNo }) => patronNo === 'P0000004');
  const card = cards.find(({ patronNo }) => patronNo === 'P0000004');
  const item = items.find(({ state, material }) => state === 'A' && material === 'BK');
  if (patron === undefined || card === undefined || item === undefined) {
    throw new Error('the seed has changed');
  }
  const all = Array.from({ length: readers }, (_, reader) => reader);
  const patronNo = (reader: number) => `P900000${reader}`;
  return {
    ...seed,
    patrons: [...patrons, ...all.map((reader) => ({ ...patron, patronNo: patronNo(reader) }))],
    cards: [
      ...cards,
      ...all.map((reader) => ({ ...card, patronNo: patronNo(reader), cardNo: cardOf(reader) })),
    ],
    items: [...items, ...all.map((reader) => ({ ...item, itemNo: itemOf(reader) }))],
  };
}
