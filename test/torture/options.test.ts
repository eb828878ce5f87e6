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
