import { withSecretsFromFiles } from '../../platform/lifecycle/secrets.ts';

/** The secrets of all processes. A command finds those that its environment has. */
const secretNames = [
  'SUBGRAPH_SECRET',
  'JOURNAL_SECRET',
  'PSEUDONYM_SECRET',
  'SIGN_IN_SECRET',
  'WEB_SECRET',
  'WEB_STAFF_CLIENT_SECRET',
  'WEB_READER_CLIENT_SECRET',
  'CMS_PASSWORD',
  'CIRC_PASSWORD',
] as const;
/** Passwords of the vendors' systems may be shorter than our own secrets. */
const passwords: ReadonlySet<string> = new Set(['CMS_PASSWORD', 'CIRC_PASSWORD']);

/** Random text of 32 hexadecimal digits has about 110 bits by this estimate. */
const minBits = 96;
const minBitsOfPassword = 32;

/** The names of the secrets in the environment that are too easy to guess. Never says what they are. */
export function weakSecrets(env: NodeJS.ProcessEnv): readonly string[] {
  const values = withSecretsFromFiles(env, secretNames);
  return secretNames.filter((name) => {
    const minimum = passwords.has(name) ? minBitsOfPassword : minBits;
    // `PSEUDONYM_SECRET` is one value, with its commas. One weak value of the others is enough.
    const all = name === 'PSEUDONYM_SECRET' ? [values[name]] : values[name]?.split(',');
    return all?.some((value) => value !== undefined && value !== '' && bitsOf(value) < minimum) === true;
  });
}

/**
 * An estimate of a text's entropy, in bits: by how often each character occurs, of the part that does not repeat.
 *
 * Example: 64 zeros have 0 bits, `abcdefgh` has 24, and `abcdefghabcdefghabcdefghabcdefgh` has 24, too.
 */
export function bitsOf(text: string): number {
  const part = [...text.slice(0, periodOf(text))];
  const counts = [...Map.groupBy(part, (character) => character).values()].map(({ length }) => length);
  return counts.reduce((bits, count) => bits + count * Math.log2(part.length / count), 0);
}

/** The length of the shortest part that makes the text by repetition. The whole length if it does not repeat. */
function periodOf(text: string): number {
  for (let period = 1; period <= text.length / 2; period += 1) {
    if (text.slice(period) === text.slice(0, -period)) {
      return period;
    }
  }
  return text.length;
}
