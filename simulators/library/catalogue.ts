import { BRANCH_CODES } from '../branches.ts';
import type { SeedItem } from '../seed.ts';
import { workTitle } from './names.ts';
import { bibNo, itemNo } from './numbers.ts';
import type { Random } from './random.ts';

/**
 * A title and its copies. The generators of holds and loans mark the copies that are lent or wait on the hold shelf.
 */
export interface Work {
  readonly bibNo: string;
  readonly copies: SeedItem[];
}

interface CatalogueToMake {
  readonly titles: number;
  /** The number of copies. At least one per title. */
  readonly items: number;
  /**
   * The positions of the first title and of the first item in the vendor's tables. Their numbers are made from the
   * positions.
   */
  readonly firstTitle: number;
  readonly firstItem: number;
}

const AUTHORS = [
  'Chan, Wing Sze',
  'Eliot, George',
  '曹雪芹',
  'Leung, Ping',
  '張愛玲',
  'Austen, Jane',
  'Lau, Hon',
  '魯迅',
];
const MATERIALS = ['BK', 'BK', 'BK', 'BK', 'BK', 'BK', 'BK', 'BK', 'AV', 'CD'] as const;
/** The shares of copies that are for reference only, and that are missing. */
const REFERENCE = 0.02;
const MISSING = 0.01;

/** Makes the works. The first works are the most popular, and have the most copies. */
export function generateCatalogue(toMake: CatalogueToMake, random: Random): Work[] {
  const { titles, items, firstTitle, firstItem } = toMake;
  const works = Array.from({ length: titles }, (_, index) => ({
    bibNo: bibNo(firstTitle + index),
    title: workTitle(index),
    author: random.pick(AUTHORS),
    callNo: `${random.between(100, 999)}.${random.between(1, 9)}`,
    material: random.pick(MATERIALS),
    copies: [] as SeedItem[],
  }));
  for (let index = 0; index < items; index += 1) {
    // First, every work gets one copy. All further copies are distributed unevenly. In a large library, a few works have
    // hundreds of copies.
    const work = works[index < titles ? index : Math.floor(titles * random.next() ** 2)];
    if (work === undefined) {
      throw new Error('a catalogue needs a title');
    }
    const isReference = random.chance(REFERENCE);
    work.copies.push({
      itemNo: itemNo(firstItem + index),
      bibNo: work.bibNo,
      title: work.title,
      author: work.author,
      callNo: work.callNo,
      branch: random.pick(BRANCH_CODES),
      material: isReference ? 'RF' : work.material,
      state: !isReference && random.chance(MISSING) ? 'M' : 'A',
    });
  }
  return works;
}

/** Returns whether a copy is on the shelves and can be borrowed. */
export const isLendable = ({ state, material }: SeedItem): boolean => state === 'A' && material !== 'RF';
