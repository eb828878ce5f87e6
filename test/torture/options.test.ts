import { expect, test } from 'vitest';
import { mutantNames } from './mutants/mutants.ts';
import { readOptions, usage } from './options.ts';
import { randomOf } from './random.ts';

test('the help lists every option', () => {
  for (const option of [
    'seed',
    'operations',
    'seconds',
    'replicas',
    'stations',
    'brief',
    'no-faults',
    'payments',
    'payment-share',
    'mutants',
  ]) {
    expect(usage).toContain(`--${option}`);
  }
  expect(readOptions(['--help'])).toBe('help');
});

test('an option replaces only its own default', () => {
  const options = readOptions(['--seed', '7', '--operations', '5', '--no-faults']);
  expect(options).toMatchObject({
    seed: 7,
    scenario: { operations: 5, replicas: 3, isFaultless: true },
    mutants: [],
  });
  expect(readOptions(['--mutant', 'no-epoch'])).toMatchObject({ mutants: ['no-epoch'] });
  expect(readOptions(['--mutants'])).toMatchObject({ mutants: mutantNames });
});

test.each([
  [[], 100_000, 5_000],
  [['--operations', '50'], 50, 3],
  [['--operations', '50', '--payment-share', '20'], 50, 10],
  [['--payment-share', '0'], 100_000, null],
  [['--no-faults'], 100_000, null],
  [['--payments'], null, 10_000],
  [['--payments', '--operations', '50'], null, 50],
])('%j asks for %j operations of the mix, and %j payments', (args, operations, payments) => {
  const options = readOptions(args);
  expect(options).toMatchObject({
    scenario: operations === null ? null : { operations },
    payments: payments === null ? null : { operations: payments },
  });
});

test.each([
  [['--seed', 'x'], '--seed is x'],
  [['--operations', '0'], '--operations is 0'],
  [['--mutant', 'none'], 'no-epoch, cards-before-epoch'],
  [['--faults'], '--faults'],
])('%j is refused with a message that says what is valid', (args, says) => {
  expect(() => readOptions(args)).toThrow(says);
});

test('the same seed and name draw the same numbers, and another name draws others', () => {
  const draws = (seed: number, name: string) => {
    const random = randomOf(seed, name);
    return Array.from({ length: 20 }, () => random.between(0, 9)).join('');
  };
  expect(draws(1, 'a')).toBe(draws(1, 'a'));
  expect(new Set([draws(1, 'a'), draws(1, 'b'), draws(2, 'a')]).size).toBe(3);
});
