/**
 * A budget that only shrinks. `budget.json` has a number for each thing that makes the code hard for newcomers. A count
 * above its number fails, so growth is a visible decision in a diff. A count below it fails too, until the number is
 * lowered.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { configurationSchema } from '../../gateway/configuration/schema.ts';
import { variablesOfAllProcesses } from '../support/set-up/variables.ts';
import { longFunctions, sourceFiles } from './source.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const budget = z.record(z.string(), z.int()).parse(JSON.parse(read('test/house/budget.json')));

/**
 * The paths of all settings in the configuration file of another graph's gateway, such as `subgraphs.circuitBreaker.openMs`.
 * Those of `all` are the same as those of each subgraph.
 */
function fileSettings(schema: unknown, path: readonly string[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return fileSettings(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodPipe) {
    return fileSettings(schema.in instanceof z.ZodTransform ? schema.out : schema.in, path);
  }
  if (schema instanceof z.ZodRecord && path[0] === 'subgraphs') {
    return fileSettings(schema.valueType, path);
  }
  // Hooks are the operator's own functions.
  return schema instanceof z.ZodObject && path[0] !== 'hooks'
    ? Object.entries(schema.shape).flatMap(([name, own]) =>
        fileSettings(own, [...path, name === 'all' ? 'subgraphs' : name]),
      )
    : [path.join('.')];
}

/**
 * The environment variables of all processes, those of each legacy system counted by themselves, and the settings of the
 * configuration file. The variables of OpenTelemetry are not ours.
 */
const settings = (): string[] =>
  [...new Set([...variablesOfAllProcesses, ...fileSettings(configurationSchema, [])])].filter(
    (name) => !name.startsWith('OTEL_'),
  );

/** The packages that `npm ci --omit=dev` installs. */
const productionPackages = (): string[] => {
  const lock = z.object({
    packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), link: z.boolean().optional() })),
  });
  return Object.entries(lock.parse(JSON.parse(read('package-lock.json'))).packages)
    .filter(([path, { dev = false, link = false }]) => path.startsWith('node_modules/') && !dev && !link)
    .map(([path]) => path);
};

/** Everything that is counted, by its name in the budget. */
const counted: Readonly<Record<string, () => readonly string[]>> = {
  settings: settings,
  'production packages': productionPackages,
  'files over 250 lines': () => sourceFiles(root).filter((file) => read(file).split('\n').length > 251),
  'functions over 70 lines': () => longFunctions(root, 70),
};

test('the budget counts what is measured here', () => {
  expect(Object.keys(budget)).toEqual(Object.keys(counted));
});

// Every function of the project is read, which takes long on a busy machine.
test('there is as much of everything as the budget says', { timeout: 120_000 }, () => {
  const found = Object.entries(counted).map(([name, count]) => ({ name, found: count() }));
  const changed = found.filter(({ name, found: { length } }) => length !== budget[name]);
  expect(
    changed.map(({ name, found: { length } }) => `${name}: ${length}, not ${budget[name]}`),
    changed
      .map(({ name, found: all }) => `${name}: change the budget on purpose\n${all.join('\n')}`)
      .join('\n'),
  ).toEqual([]);
});
