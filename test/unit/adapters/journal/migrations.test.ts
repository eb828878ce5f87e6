import { expect, test } from 'vitest';
import { pendingMigrations, readMigrations } from '../../../../adapters/journal/migrations.ts';
import { JournalUnavailable } from '../../../../adapters/journal/port.ts';

test.each(['sqlite', 'postgres'] as const)('the migrations of %s are numbered without gaps', (database) => {
  const migrations = readMigrations(database);
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  expect(migrations[0]?.name).toBe('operations');
});

test('both databases have the same migrations', () => {
  const namesOf = (database: 'sqlite' | 'postgres') => readMigrations(database).map(({ name }) => name);
  expect(namesOf('sqlite')).toEqual(namesOf('postgres'));
});

test('a database needs the migrations that it has not had', () => {
  const all = ['one', 'two', 'three'].map((name, index) => ({ number: index + 1, name, sql: '' }));
  expect(pendingMigrations(all, 0)).toEqual(all);
  expect(pendingMigrations(all, 2)).toEqual(all.slice(2));
  expect(pendingMigrations(all, 3)).toEqual([]);
  expect(() => pendingMigrations(all, 4)).toThrow(JournalUnavailable);
});
