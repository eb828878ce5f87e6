import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { secretFileIn, secretsVariable } from './secrets.ts';

export interface StartReport {
  /** The version of the program, from `package.json`. */
  readonly version: string;
  /** The commit of the build. Null if the build did not set `COMMIT`. */
  readonly commit: string | null;
  readonly node: string;
  /** The variables that are set, by name. A secret is shown as `(set)`, and a URL without its login and its query. */
  readonly configuration: Readonly<Record<string, string>>;
  /** A number that changes with the program and its settings ({@link fingerprintOf}). */
  readonly settingsFingerprint: number;
}

/** Matches the names of variables whose values are secrets. */
const secretName = /SECRET|PASSWORD|TOKEN|PRIVATE|HEADERS|_USER$/;
const maxValueLength = 200;

/**
 * Makes the report of a process's start. `names` are the variables that this process reads.
 *
 * `{ JOURNAL_SECRET: 'abc…', DATABASE_URL: 'postgresql://u:p@db:5432/journal' }` is reported as
 * `{ JOURNAL_SECRET: '(set)', DATABASE_URL: 'postgresql://db:5432/journal' }`.
 */
export function startReport(env: NodeJS.ProcessEnv, names: readonly string[]): StartReport {
  const configuration: Record<string, string> = {};
  for (const name of [...new Set(names)].sort()) {
    const value = env[name];
    if (value !== undefined && value !== '') {
      configuration[name] = secretName.test(name) ? '(set)' : withoutLogin(value);
    }
  }
  const build = { version: programVersion(), commit: env.COMMIT || null };
  const settingsFingerprint = fingerprintOf(env, names, build);
  return { ...build, node: process.version, configuration, settingsFingerprint };
}

/**
 * A number that depends on the settings, the secrets and the version. After a crash, a new process has the same number.
 * After a rollout, it has another one. The number is 20 bits of a hash of all settings together. Most processes have
 * secrets of 32 characters, so the number can't confirm a guess of one secret.
 */
function fingerprintOf(env: NodeJS.ProcessEnv, names: readonly string[], build: object): number {
  const settings = [...new Set(names)].sort().map((name) => {
    const value = env[name] ?? '';
    const folder = env[secretsVariable];
    const secret = folder ? contentOf(secretFileIn(folder, name)) : null;
    return [name, value, name.endsWith('_FILE') && value !== '' ? contentOf(value) : secret];
  });
  const digest = hash('sha256', JSON.stringify([build, settings]), 'buffer');
  return digest.readUIntBE(0, 3) >> 4;
}

/** The content of a file at the start. Null if it can't be read: the code that needs the file reports the error. */
function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function programVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

function withoutLogin(value: string): string {
  if (!value.includes('://')) {
    return value.slice(0, maxValueLength);
  }
  const url = URL.parse(value);
  // The value is not one URL. It is a list of origins or an unknown text, and may contain a login.
  if (url === null) {
    return '(set)';
  }
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, maxValueLength);
}
