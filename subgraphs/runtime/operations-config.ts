import { join } from 'node:path';
import { z } from 'zod';
import {
  fileVariables,
  type SecretValues,
  secretValues,
  withSecretsFromFiles,
} from '../../adapters/lifecycle/secrets.ts';
import {
  type ClientTlsSettings,
  clientTlsIssues,
  clientTlsOf,
  clientTlsShape,
  type TlsIssue,
  verificationIssues,
  verificationShape,
} from '../../adapters/tls/variables.ts';

/**
 * The ages at which a settled change is checked again in circulation, in ms, ascending. A proxy may deliver a request late or
 * twice. Nothing prevents circulation from doing it then, but the check notices it.
 */
export interface LaterChecks {
  readonly refused: readonly number[];
  /** Fewer checks: there are many of these, and only a second event is looked for. */
  readonly done: readonly number[];
}

/** The configuration of the journal and of changes; docs/configuration.md has the table of variables. */
export interface OperationsConfig {
  /** PostgreSQL's; null where it is not set. */
  readonly databaseUrl: URL | null;
  /** How TLS connections to PostgreSQL are made; null: as the URL says. */
  readonly databaseTls: ClientTlsSettings | null;
  /** They open the journal, and the first seals it; null where none is set. */
  readonly journalSecrets: SecretValues | null;
  /** The key that partners' pseudonyms are made with; null where it is not set. */
  readonly pseudonymSecret: Uint8Array | null;
  readonly production: boolean;
  /** Connections of this process to PostgreSQL for the journal. */
  readonly databaseConnections: number;
  /** Whether statements are prepared by name, which a pooler must support. */
  readonly preparesStatements: boolean;
  /** Whether a process makes the tables that it lacks; null: not said. */
  readonly migratesAtStart: boolean | null;
  /** Circulation drops a request that it has not carried out this long after it arrived. */
  readonly dropAfterMs: number;
  /** Circulation fills a gap in its feed of events within this time, in ms. */
  readonly gapsFillWithinMs: number;
  /** Ages of later checks, for simulators only; null: the defaults. */
  readonly laterChecks: LaterChecks | null;
}

/** Circulation's drop time by the vendor's contract, in ms. Only a simulator drops sooner. */
const contractDropMs = 30_000;
/** The time within which it fills gaps in its feed, in ms. */
const contractGapsMs = 60_000;

const environmentShape = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/, error: 'must be a postgresql:// URL' }).optional(),
  JOURNAL_SECRET: secretValues().optional(),
  // One value, whatever commas it has: it never changes.
  PSEUDONYM_SECRET: z.string().min(32, 'must have 32 characters at least').optional(),
  // A misspelt value would count as development, and disable the checks for production.
  NODE_ENV: z
    .enum(['development', 'test', 'production'], {
      error: 'must be development, test or production, or not be set',
    })
    .optional(),
  JOURNAL_CONNECTIONS: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number of connections, 2 to 200')
    .transform(Number)
    .refine((count) => count >= 2 && count <= 200, 'must be a number of connections, 2 to 200')
    .default(10),
  JOURNAL_PREPARED_STATEMENTS: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  MIGRATE_AT_START: z.enum(['0', '1'], { error: 'must be 0 or 1' }).optional(),
  CIRC_DROP_AFTER_MS: z
    .string()
    .regex(/^\d{3,6}$/, 'must be milliseconds, 100 to 999999')
    .transform(Number)
    .refine((ms) => ms >= 100, 'must be milliseconds, 100 to 999999')
    .default(contractDropMs),
  CIRC_GAPS_FILL_MS: z
    .string()
    .regex(/^\d{3,6}$/, 'must be milliseconds, 100 to 999999')
    .transform(Number)
    .refine((ms) => ms >= 100, 'must be milliseconds, 100 to 999999')
    .default(contractGapsMs),
  CIRC_LATER_CHECKS_MS: z
    .string()
    .regex(/^\d{1,9}(?:,\d{1,9}){2}$/, 'must be three times in milliseconds, as in 60000,300000,21600000')
    .transform((text) => text.split(',').map(Number))
    .optional(),
  ALLOW_SIMULATOR_TIMES: z.literal('1', { error: 'must be 1, or not be set' }).optional(),
  CIRC_URL: z.string().optional(),
  // libpq's, which pg reads, too.
  PGSSLMODE: z.string().optional(),
  ...clientTlsShape('JOURNAL'),
  ...verificationShape,
});

/**
 * A process over its own simulators accepts any times. Over other systems it accepts them with ALLOW_SIMULATOR_TIMES, and in
 * production never.
 */
const environment = environmentShape.superRefine((env, context) => {
  const refuse = (name: keyof typeof env, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  for (const { name, message } of [...databaseTlsIssues(env), ...verificationIssues(env)]) {
    context.addIssue({ code: 'custom', path: [name], message });
  }
  const { ALLOW_SIMULATOR_TIMES: allows, CIRC_URL: url } = env;
  if (allows !== undefined && env.NODE_ENV === 'production') {
    refuse('ALLOW_SIMULATOR_TIMES', 'is not for production');
  }
  if (allows !== undefined || url === undefined) {
    return;
  }
  if (env.CIRC_DROP_AFTER_MS < contractDropMs) {
    refuse(
      'CIRC_DROP_AFTER_MS',
      `is ${env.CIRC_DROP_AFTER_MS}, and circulation takes ${contractDropMs}: ` +
        'only a simulator drops sooner, for which ALLOW_SIMULATOR_TIMES=1 is wanted',
    );
  }
  if (env.CIRC_GAPS_FILL_MS < contractGapsMs) {
    refuse(
      'CIRC_GAPS_FILL_MS',
      `is ${env.CIRC_GAPS_FILL_MS}, and circulation takes ${contractGapsMs}: ` +
        'only a simulator fills them sooner, for which ALLOW_SIMULATOR_TIMES=1 is wanted',
    );
  }
  if (env.CIRC_LATER_CHECKS_MS !== undefined) {
    refuse('CIRC_LATER_CHECKS_MS', 'is for simulators, for which ALLOW_SIMULATOR_TIMES=1 is wanted');
  }
});

/** How PostgreSQL is reached is said in one place, and in production its certificate is always verified. */
function databaseTlsIssues(env: z.infer<typeof environmentShape>): readonly TlsIssue[] {
  const issues = [...clientTlsIssues('JOURNAL', env, [])];
  const parameters = URL.parse(env.DATABASE_URL ?? '')?.searchParams ?? new URLSearchParams();
  const about = [...parameters.keys()].filter((name) => /^(?:ssl|uselibpqcompat)/.test(name));
  if (about.length > 0 && clientTlsOf('JOURNAL', env) !== null) {
    const message = `has ${about.join(', ')}: where JOURNAL_TLS_… is set, it says all of it`;
    issues.push({ name: 'DATABASE_URL', message });
  }
  if (env.NODE_ENV === 'production') {
    const unverified = 'would not verify the certificate, which production requires';
    if (parameters.get('sslmode') === 'no-verify' || parameters.has('uselibpqcompat')) {
      issues.push({ name: 'DATABASE_URL', message: unverified });
    }
    if (env.PGSSLMODE === 'no-verify') {
      issues.push({ name: 'PGSSLMODE', message: unverified });
    }
  }
  return issues;
}

/** The secrets of this file. Each may stand in a file. */
const secretNames = ['DATABASE_URL', 'JOURNAL_SECRET', 'PSEUDONYM_SECRET'] as const;

/** The names of the variables that this file reads. */
export const operationsVariables: readonly string[] = [
  ...Object.keys(environmentShape.shape),
  ...fileVariables(secretNames),
];

/** The journal's file in the DATA_DIR of a process. */
export const journalFileIn = (dataDir: string): string => join(dataDir, 'journal.sqlite');

/** @throws Error that names every invalid variable. */
export function readOperationsConfig(env: NodeJS.ProcessEnv): OperationsConfig {
  const set = Object.fromEntries(
    Object.entries(withSecretsFromFiles(env, secretNames)).filter(([, value]) => value !== ''),
  );
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new Error(`The environment can't be used:\n${z.prettifyError(parsed.error)}`);
  }
  const { DATABASE_URL, JOURNAL_SECRET, PSEUDONYM_SECRET, MIGRATE_AT_START } = parsed.data;
  const { CIRC_DROP_AFTER_MS, CIRC_GAPS_FILL_MS, NODE_ENV } = parsed.data;
  const checks = parsed.data.CIRC_LATER_CHECKS_MS;
  return {
    databaseUrl: DATABASE_URL === undefined ? null : new URL(DATABASE_URL),
    databaseTls: clientTlsOf('JOURNAL', parsed.data),
    journalSecrets: JOURNAL_SECRET ?? null,
    pseudonymSecret: PSEUDONYM_SECRET === undefined ? null : new TextEncoder().encode(PSEUDONYM_SECRET),
    production: NODE_ENV === 'production',
    databaseConnections: parsed.data.JOURNAL_CONNECTIONS,
    preparesStatements: parsed.data.JOURNAL_PREPARED_STATEMENTS === 'on',
    migratesAtStart: MIGRATE_AT_START === undefined ? null : MIGRATE_AT_START === '1',
    dropAfterMs: CIRC_DROP_AFTER_MS,
    gapsFillWithinMs: CIRC_GAPS_FILL_MS,
    laterChecks: checks === undefined ? null : { refused: checks, done: checks.slice(-1) },
  };
}
