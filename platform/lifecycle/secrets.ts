/**
 * Reads secrets from the environment: from a variable, or from the file that `…_FILE` names. A secret has several
 * values while operators replace it.
 */
import { readFileSync } from 'node:fs';
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

/** The variables that name files of secrets: one for each of `names`. */
export const fileVariables = (names: readonly string[]): readonly string[] =>
  names.map((name) => `${name}_FILE`);

/**
 * Returns the environment with each secret from a file as a variable. Line breaks at the end of a file are left out:
 * most editors and many mounts add one. An empty variable is the same as an unset one.
 *
 * @example withSecretsFromFiles({ JOURNAL_SECRET_FILE: '/run/secrets/journal' }, ['JOURNAL_SECRET']).JOURNAL_SECRET
 * @throws Error that names every variable whose file can't be used, or that is set together with its file. It quotes no
 * value.
 */
export function withSecretsFromFiles(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  const read: NodeJS.ProcessEnv = {};
  const problems: string[] = [];
  for (const name of names) {
    const fileVariable = `${name}_FILE`;
    const file = env[fileVariable];
    if (file === undefined || file === '') {
      continue;
    }
    if (env[name] !== undefined && env[name] !== '') {
      problems.push(`${fileVariable}: must not be set beside ${name}`);
      continue;
    }
    const text = readText(file);
    if ('problem' in text) {
      problems.push(`${fileVariable}: ${text.problem}`);
    } else {
      read[name] = text.value;
    }
  }
  if (problems.length > 0) {
    throw new Error(`The environment can't be used:\n${problems.join('\n')}`);
  }
  return { ...env, ...read };
}

function readText(file: string): { readonly value: string } | { readonly problem: string } {
  let value: string;
  try {
    value = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    // Only the code, such as ENOENT, is quoted. The message has the path, and somebody may have set the variable to a
    // secret by mistake.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return { problem: `the file can't be read (${code})` };
  }
  if (value === '') {
    return { problem: 'the file is empty' };
  }
  return value.length > maxFileCharacters
    ? { problem: `the file has more than ${maxFileCharacters} characters` }
    : { value };
}
