import { describe, expect, test } from 'vitest';
import { readMigrations } from '../../../../store/journal/migrations.ts';
import { pendingMigrations } from '../../../../store/migrations.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';

test.each(['sqlite', 'postgres'] as const)('the migrations of %s are numbered without gaps', (database) => {
  const migrations = readMigrations(database);
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  expect(migrations[0]?.name).toBe('operations');
});

test('both databases have the same migrations', () => {
  const namesOf = (database: 'sqlite' | 'postgres') => readMigrations(database).map(({ name }) => name);
  expect(namesOf('sqlite')).toEqual(namesOf('postgres'));
});

/**
 * A list of migrations. Each number is the `worksWith` of a migration: the earliest migration that a program must know.
 */
const known = (...worksWith: readonly number[]) =>
  worksWith.map((one, index) => ({ number: index + 1, name: 'name', sql: '', worksWith: one }));

test('a database needs the migrations that it has not had', () => {
  const all = known(1, 1, 1);
  expect(pendingMigrations(all, [])).toEqual(all);
  expect(pendingMigrations(all, all.slice(0, 2))).toEqual(all.slice(2));
  expect(pendingMigrations(all, all)).toEqual([]);
});

test('a program works with the tables of a newer one that has only added to them', () => {
  const older = known(1, 2, 3);
  const newer = known(1, 2, 3, 3, 4);
  expect(pendingMigrations(older, newer.slice(0, 4))).toEqual([]);
  // The fifth migration has `worksWith` 4, so a program must know the fourth migration.
  expect(() => pendingMigrations(older, newer)).toThrow(StoreUnavailable);
  expect(() => pendingMigrations(older, newer)).toThrow('is at migration 5, and this program knows 3');
  expect(pendingMigrations(newer.slice(0, 4), newer)).toEqual([]);
  // An older program wrote this row, and didn't store `worksWith`. Then a program must know migration 4 itself.
  expect(() => pendingMigrations(older, [{ number: 4, worksWith: null }])).toThrow(StoreUnavailable);
});

/** The last migration of each release. Every new release must be added here. */
const releases = { '0.2.0': 9, '0.3.0': 38 } as const;
/**
 * The first migration that states with which programs its tables work. An upgrade can be rolled back only to a release
 * that has this migration, so never to 0.2.0.
 */
const firstToSay = 12;

describe.each(['sqlite', 'postgres'] as const)('the migrations of %s', (database) => {
  const migrations = readMigrations(database);

  test('say from 12 on whether they only add, and never that a program which isn’t there yet is needed', () => {
    for (const { number, worksWith } of migrations) {
      expect(worksWith).toBeLessThanOrEqual(number);
      expect(worksWith).toBeGreaterThanOrEqual(number < firstToSay ? number : firstToSay - 1);
    }
  });

  test('work with the release before: only what that release doesn’t use is removed', () => {
    const lastOfRelease = Object.values(releases).at(-1) ?? 0;
    const since = migrations.filter(({ number }) => number > Math.max(lastOfRelease, firstToSay - 1));
    for (const { number, worksWith } of since) {
      // If no upgrade can be rolled back to the last release, a migration is compared with the migration before it.
      const mustKnow = lastOfRelease < firstToSay ? number - 1 : lastOfRelease;
      expect(worksWith, `migration ${number}`).toBeLessThanOrEqual(mustKnow);
    }
  });
});
