/** Made-up people are found by their names, however a member of staff types them. A run prints its seed. */
import { describe, expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { Calendar } from '../../../simulators/library/calendar.ts';
import { generatePatrons } from '../../../simulators/library/patrons.ts';
import { randomFrom, shuffled } from '../../../simulators/library/random.ts';
import { readSeed, type SeedPatron } from '../../../simulators/seed.ts';
import { searchByName } from '../../../subgraphs/patrons/resolvers/search-by-name.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { seed } from '../../support/random.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';

const anybody = { telephone: null, status: null };
const never = new AbortController().signal;

/** A registry of made-up people, and our adapter that reads it over sockets. */
interface Registry extends AsyncDisposable {
  readonly people: readonly SeedPatron[];
  readonly patrons: Ports['patrons'];
}

async function openRegistry(size: number): Promise<Registry> {
  await using resources = new AsyncDisposableStack();
  const made = generatePatrons(1, size, new Calendar('2026-11-30'), randomFrom(seed));
  const people = made.map(({ row }) => row);
  const legacy = resources.use(await startSimulators({ seed: { ...readSeed(), patrons: people } }));
  const { patrons } = resources.use(await openPorts(legacy, {}));
  const open = resources.move();
  return { people, patrons, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

const fullWidth = (text: string) =>
  text.replaceAll(' ', '　').replaceAll(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));

/**
 * Five ways to type a name such as `TO, KA HO`. One person in ten has no Chinese name. For them, the last way writes
 * the given name with a hyphen.
 */
const ways: Readonly<Record<string, (person: SeedPatron) => string>> = {
  'as it is registered': ({ engName }) => engName,
  'in lower case, without a comma': ({ engName }) => engName.toLowerCase().replace(',', ''),
  'with the surname last': ({ engName }) => engName.replace(/^(.*), (.*)$/, '$2 $1'),
  'in full width': ({ engName }) => fullWidth(engName),
  'in Chinese': ({ engName, chiName }) => chiName ?? engName.replace(/ (\S+)$/, '-$1'),
};

/**
 * The number of searches at the same time. It is the largest number that the registry's limit of calls allows without a
 * queue.
 */
const together = 4;

/** The people who are not on the first page of results for their own name, with the way in which the name was typed. */
async function missesOf({ people, patrons }: Registry, count: number): Promise<readonly string[]> {
  const sought = shuffled(people, randomFrom(seed + 1)).slice(0, count);
  const searches = Object.entries(ways).flatMap(([way, type]) =>
    sought.map((person) => ({ way, typed: type(person), number: person.patronNo })),
  );
  const misses: string[] = [];
  const left = searches.values();
  const work = async () => {
    for (const { way, typed, number } of left) {
      const page = { first: 20, after: null, list: 'patrons' };
      const found = await searchByName(patrons, { ...anybody, name: typed }, page, never);
      if (!found.patrons.some((patron) => patron.number === number)) {
        misses.push(`${number} ${way}: ${typed}`);
      }
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return misses;
}

describe(`among 1000 people (SEED=${seed})`, () => {
  const registry = openedForTests(() => openRegistry(1_000));

  test('each of 200 is found five ways', { timeout: 180_000 }, async () => {
    expect(await missesOf(registry, 200)).toEqual([]);
  });

  test('a ranked list has its pages in one order, and nobody twice', async () => {
    const search = async (first: number, after: string | null) => {
      const page = { first, after, list: 'patrons' };
      return (await searchByName(registry.patrons, { ...anybody, name: 'chan' }, page, never)).connection;
    };
    const whole = await search(100, null);
    const paged: string[] = [];
    let after: string | null = null;
    for (const first of [7, 20, 73]) {
      const { edges, pageInfo } = await search(first, after);
      paged.push(...edges.map(({ node }) => node.id));
      after = Buffer.from(pageInfo.endCursor ?? '', 'base64url')
        .toString()
        .replace('patrons:', '');
    }
    expect(paged).toEqual(whole.edges.map(({ node }) => node.id));
  });
});

describe(`among 20,000 people, where more than 500 have each word of a name (SEED=${seed})`, () => {
  const registry = openedForTests(() => openRegistry(20_000), 60_000);

  test('a name is found in the order of the registry, with the surname first or last', async () => {
    const misses = await missesOf(registry, 6);
    // With the surname last, HO, KWOK YIN is typed as a part of KWOK, YIN HONG. If there is such a person, they are found.
    const names = registry.people.map(({ engName }) => engName.replace(',', ''));
    const isAnothers = (miss: string) => names.some((name) => name.includes(miss.split(': ')[1] ?? ''));
    expect(misses.filter((miss) => !miss.includes('in Chinese: ') && !isAnothers(miss))).toEqual([]);
  });

  test('words that are too common list the order of the registry, page by page', async () => {
    const { patrons, people } = registry;
    const search = (after: string | null) =>
      searchByName(patrons, { ...anybody, name: 'Tai Man' }, { first: 5, after, list: 'patrons' }, never);
    const first = await search(null);
    const second = await search(first.patrons.at(-1)?.number ?? null);
    const registered = people.filter(({ engName }) => engName.includes('TAI MAN'));
    expect([first.isRanked, second.isRanked]).toEqual([false, false]);
    expect(first.connection.totalCount).toBe(registered.length);
    expect([...first.patrons, ...second.patrons].map(({ number }) => number)).toEqual(
      registered.slice(0, 10).map(({ patronNo }) => patronNo),
    );
  });

  test('at most 500 are read for a later page of a ranked list, although there are more meanwhile', async () => {
    let read = 0;
    const search: Ports['patrons']['search'] = async (...asked) => {
      const page = await registry.patrons.search(...asked);
      read += page.patrons.length;
      return page;
    };
    const counted = { ...registry.patrons, search };
    const later = { first: 5, after: '0 P0000001', list: 'patrons' };
    const found = await searchByName(counted, { ...anybody, name: 'Tai Man' }, later, never);
    // One more, because the other word was only counted.
    expect([found.isRanked, read]).toEqual([true, 501]);
  });
});
