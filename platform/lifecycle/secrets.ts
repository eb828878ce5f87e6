/**
 * Reads secrets from the environment: from a variable, or from a file in the folder of `SECRETS_DIR`. A secret has
 * several values while operators replace it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The values of one secret. The first value signs and encrypts. All values verify and decrypt. */
export type SecretValues = readonly [Uint8Array, ...Uint8Array[]];

/**
 * The maximum number of values of a secret. Two are enough to replace a secret, and each further one costs time at each
 * verification.
 */
const maxValues = 4;
const minCharacters = 32;
/**
 * The maximum length of a file, in characters. It is enough for four values of 1,000 characters and their separators.
 */
const maxFileCharacters = 4_096;

/**
 * The values of a secret, separated by commas. `missing` is the message if there is none.
 *
 * @example secretValues().parse(`${newSecret},${oldSecret}`) // [newSecret, oldSecret], in bytes
 */
export const secretValues = (missing?: string) =>
  z
    .string(missing === undefined ? undefined : { error: missing })
    .transform((text, context): SecretValues => {
      const [first = '', ...others] = text.split(',');
      const all = [first, ...others];
      const refuse = (message: string) => context.addIssue({ code: 'custom', message });
      if (all.some((value) => value.length < minCharacters)) {
        const each = all.length === 1 ? 'must' : 'has several values, as it has commas: each must';
        refuse(`${each} have ${minCharacters} characters at least`);
      } else if (all.length > 1 && all.some((value) => value !== value.trim())) {
        refuse('must have no blanks around the commas');
      } else if (all.length > maxValues) {
        refuse(`must have ${maxValues} values at most`);
      }
      const encode = (value: string) => new TextEncoder().encode(value);
      return [encode(first), ...others.map(encode)];
    });

export const secretsVariable = 'SECRETS_DIR';

/** The path of a secret's file: `/run/secrets/journal-secret` for `JOURNAL_SECRET`. */
export const secretFileIn = (folder: string, name: string): string => join(folder, fileNameOf(name));

const fileNameOf = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/**
 * Returns `env` and, as variables, the secrets that are in files of the folder `SECRETS_DIR`. Line breaks at the end of
 * a file are left out: most editors and many mounts add one. An empty variable is the same as an unset one.
 *
 * @example withSecretsFromFiles({ SECRETS_DIR: '/run/secrets' }, ['JOURNAL_SECRET']).JOURNAL_SECRET
 * @throws Error that names all files that can't be used, and all variables that are set in addition to their files. It
 * quotes no value.
 */
export function withSecretsFromFiles(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  const folder = env[secretsVariable];
  if (folder === undefined || folder === '') {
    return env;
  }
  const read: NodeJS.ProcessEnv = {};
  const problems = existsSync(folder) ? [] : [`${secretsVariable}: there is no such folder`];
  for (const name of names) {
    const text = readText(secretFileIn(folder, name));
    if (text === null) {
      continue;
    }
    if (env[name] !== undefined && env[name] !== '') {
      problems.push(`${name}: must not be set beside ${fileNameOf(name)} in ${secretsVariable}`);
    } else if ('problem' in text) {
      problems.push(`${fileNameOf(name)} in ${secretsVariable}: ${text.problem}`);
    } else {
      read[name] = text.value;
    }
  }
  if (problems.length > 0) {
    throw new Error(`The environment can't be used:\n${problems.join('\n')}`);
  }
  return { ...env, ...read };
}

/** Null if there is no such file. */
function readText(file: string): { readonly value: string } | { readonly problem: string } | null {
  let value: string;
  try {
    value = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    // Only the code, such as EACCES, is quoted: the message has the path.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return code === 'ENOENT' ? null : { problem: `the file can't be read (${code})` };
  }
  if (value === '') {
    return { problem: 'the file is empty' };
  }
  return value.length > maxFileCharacters
    ? { problem: `the file has more than ${maxFileCharacters} characters` }
    : { value };
}
