import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What a process logs when it starts. */
export interface StartReport {
  /** Of the program, from `package.json`. */
  readonly version: string;
  /** The commit that it was built from; null where the build didn't say. */
  readonly commit: string | null;
  /** Node's version. */
  readonly node: string;
  /** The variables that are set, by name. Of a secret: that it is set. Of a URL: without login and query. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** Names of variables whose values are secrets. */
const secretName = /SECRET|PASSWORD|TOKEN|PRIVATE|HEADERS|_USER$/;
const maxValueLength = 200;

/**
 * `names`: the variables that this process reads.
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
  return { version: programVersion(), commit: env.COMMIT || null, node: process.version, configuration };
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
  // A list of origins, or something unknown: it could have a login.
  if (url === null) {
    return '(set)';
  }
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, maxValueLength);
}
