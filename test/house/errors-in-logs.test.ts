/**
 * Only one function decides which parts of an error may be logged: `describeError`. This test finds code that doesn't
 * use it (R30).
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const theOne = 'platform/telemetry/describe-error.ts';
const sources = globSync('{gateway,edge,embedded,subgraphs,adapters,store,platform,telemetry}/**/*.ts', {
  cwd: root,
}).filter((file) => file !== theOne);

/** Ways to put an error into a log without `describeError`. */
const otherWays: readonly RegExp[] = [
  // The stack begins with the error's message.
  /(?:\.|\[')stack\b/,
  /instanceof Error \? \w+\.name\b/,
  // pino logs the message and the stack of an error that it gets as the first argument or as `err`.
  /\blog\.\w+\((?:err|error|cause)\b/,
  /\blog\.\w+\(\{[^}]*\berr(?:or)?\s*[,}]/,
  /\blog\.\w+\(\{[^}]*\berr:/,
];

const isOtherWay = (source: string) => otherWays.some((pattern) => pattern.test(source));

test('no other file reads what a log may hold of an error', () => {
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.filter((file) => isOtherWay(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

const found = [
  "const frames = error.stack?.split('\\n') ?? [];",
  'log.warn({ reason: error instanceof Error ? error.name : typeof error }, text);',
  'this.#log.error(error, text);',
  'log.error({ reqId, error }, text);',
  'log.error({ reqId, err: cause }, text);',
];
test('each of these would be found', () => {
  expect(found.filter((source) => !isOtherWay(source))).toEqual([]);
});

const allowed = [
  'log.error({ reqId, ...describeError(error) }, text);',
  'log.warn({ error: nameOfError(error) }, text);',
];
test('each of these is allowed', () => {
  expect(allowed.filter(isOtherWay)).toEqual([]);
});
