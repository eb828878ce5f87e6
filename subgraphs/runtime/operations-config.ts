import { join } from 'node:path';
import { z } from 'zod';
import {
  defineEnvironment,
  migrateAtStart,
  nodeEnv,
  parsedBy,
  productionIssues,
  type VariableIssue,
  wholeNumber,
} from '../../platform/lifecycle/environment.ts';
import { type SecretValues, secretValues } from '../../platform/lifecycle/secrets.ts';
import type { PemFiles } from '../../platform/tls/files.ts';
import {
  clientTlsOf,
  clientTlsShape,
  databaseTlsIssues,
  databaseUrl,
  verificationIssues,
  verificationShape,
} from '../../platform/tls/variables.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { type PaymentSettings, paymentIssues, paymentShape, paymentsOf } from './environment/payments.ts';

/**
 * The ages at which a settled change is checked again in circulation, in ms, ascending. A proxy may deliver a request
 * late or twice, and circulation then carries it out. The check finds this.
 */
export interface LaterChecks {
  readonly refused: readonly number[];
  /** Done changes are checked less often, because there are many. Only a second event of the change is looked for. */
  readonly done: readonly number[];
}

/** The configuration of the journal and of changes. docs/configuration.md has the table of variables. */
export interface OperationsConfig {
  /** The URL of PostgreSQL; null if it is not set. */
  readonly databaseUrl: URL | null;
  /** The settings of TLS connections to PostgreSQL. Null for the settings in the URL. */
  readonly databaseTls: PemFiles | null;
  /** Each of the secrets can decrypt the journal's data key, and the first encrypts it. Null if none is set. */
  readonly journalSecrets: SecretValues | null;
  /** The key of partners' pseudonyms; null if it is not set. */
  readonly pseudonymSecret: Uint8Array | null;
  readonly production: boolean;
  /** The number of this process's connections to PostgreSQL for the journal. */
  readonly databaseConnections: number;
  /** Whether statements are prepared by name. If there is a pooler, it must support this. */
  readonly preparesStatements: boolean;
  /** Whether a process creates missing tables; null if it is not set. */
  readonly migratesAtStart: boolean | null;
  /** The longest time for which circulation may keep a request before it carries it out or drops it, in ms. */
  readonly dropAfterMs: number;
  /** The time within which circulation fills a gap in its feed of events, in ms. */
  readonly gapsFillWithinMs: number;
  /** Whether staff must give a reason when they read data of a patron. */
  readonly asksForReasons: boolean;
  readonly payments: PaymentSettings;
  /** A patron who owes more than this, in cents, gets no loan. Null if there is no limit. */
  readonly chargesLimitCents: number | null;
  /** The times after which settled changes are checked again, for simulators only. Null for the defaults. */
  readonly laterChecks: LaterChecks | null;
}

/** The value of `dropAfterMs` in the vendor's contract. Only a simulator has a shorter time. */
const contractDropMs = 30_000;
/** The value of `gapsFillWithinMs` in the vendor's contract. */
const contractGapsMs = 60_000;
/** The maximum of `dropAfterMs` and `gapsFillWithinMs`, in ms. The journal rejects a longer drop time. */
export const maxCirculationTimeMs = 999_999;

/** Times that only a simulator has. */
interface SimulatorTimes {
  readonly gapsFillWithinMs?: number;
  readonly laterChecks?: LaterChecks;
}

/**
 * Reads `ALLOW_SIMULATOR_TIMES`: `1`, or times such as `gapsFillMs=2000 laterChecksMs=1000,2000,3000`.
 * @throws Error whose message says what is wrong.
 */
function parseSimulatorTimes(text: string): SimulatorTimes {
  const [, gaps, checks] =
    /^gapsFillMs=(\d{3,6})(?: laterChecksMs=(\d{1,9}(?:,\d{1,9}){2}))?$/.exec(text) ?? [];
  if (gaps === undefined && text !== '1') {
    throw new Error('must be 1, or gapsFillMs=2000, or gapsFillMs=2000 laterChecksMs=1000,2000,3000');
  }
  const refused = checks?.split(',').map(Number);
  return withoutUndefined({
    gapsFillWithinMs: gaps === undefined ? undefined : Number(gaps),
    laterChecks: refused && { refused, done: refused.slice(-1) },
  });
}

const environmentShape = {
  DATABASE_URL: databaseUrl.optional(),
  JOURNAL_SECRET: secretValues().optional(),
  // Unlike JOURNAL_SECRET, this is not a list of values, because it never changes. Commas are a part of it.
  PSEUDONYM_SECRET: z.string().min(32, 'must have 32 characters at least').optional(),
  NODE_ENV: nodeEnv,
  JOURNAL_CONNECTIONS: wholeNumber(2, 200, 'a number of connections').default(10),
  JOURNAL_PREPARED_STATEMENTS: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  MIGRATE_AT_START: migrateAtStart,
  ACCESS_REASONS: z
    .enum(['required', 'optional'], { error: 'must be required or optional' })
    .default('optional'),
  CIRC_DROP_AFTER_MS: wholeNumber(100, maxCirculationTimeMs, 'milliseconds').default(contractDropMs),
  ALLOW_SIMULATOR_TIMES: parsedBy(parseSimulatorTimes).optional(),
  CIRC_URL: z.string().optional(),
  RPS_URL: z.string().optional(),
  // A variable of libpq. pg reads it, too.
  PGSSLMODE: z.string().optional(),
  CHARGES_LIMIT_CENTS: wholeNumber(0, 99_999_999, 'a sum in cents').optional(),
  ...paymentShape,
  ...clientTlsShape('JOURNAL'),
  ...verificationShape,
} as const;
type Values = z.infer<z.ZodObject<typeof environmentShape>>;

/** The secrets among these variables. Each may be in a file. */
const secretNames = ['DATABASE_URL', 'JOURNAL_SECRET', 'PSEUDONYM_SECRET'] as const;

const environment = defineEnvironment(environmentShape, secretNames, (values) => [
  ...databaseTlsIssues('JOURNAL', 'DATABASE_URL', values),
  ...verificationIssues(values),
  ...simulatorTimeIssues(values),
  ...paymentIssues(values),
  ...noPaymentSystemIssues(values),
]);

/**
 * The settings of payments are only useful with a payment system, so they need `RPS_URL`. Outside production, `RPS_URL`
 * may be absent, because a simulator may be the payment system.
 */
function noPaymentSystemIssues(values: Values): readonly VariableIssue[] {
  if (values.NODE_ENV !== 'production' || values.RPS_URL !== undefined) {
    return [];
  }
  const set = [
    ...(values.CHARGES_LIMIT_CENTS === undefined ? [] : ['CHARGES_LIMIT_CENTS']),
    ...(values.CHARGES_RETURN_ORIGINS.length === 0 ? [] : ['CHARGES_RETURN_ORIGINS']),
    ...(values.CHARGES_PAYMENT_HOSTS.length === 0 ? [] : ['CHARGES_PAYMENT_HOSTS']),
  ];
  return set.map((name) => ({ name, message: 'needs the payment system: set RPS_URL, or remove it' }));
}

/**
 * Refuses a `CIRC_DROP_AFTER_MS` that is shorter than in the vendor's contract. Only a simulator may have it: without
 * `CIRC_URL`, or with `ALLOW_SIMULATOR_TIMES`, which production refuses.
 */
function simulatorTimeIssues(values: Values): readonly VariableIssue[] {
  if (values.ALLOW_SIMULATOR_TIMES !== undefined) {
    return productionIssues(values, [], ['ALLOW_SIMULATOR_TIMES']);
  }
  if (values.CIRC_URL === undefined || values.CIRC_DROP_AFTER_MS >= contractDropMs) {
    return [];
  }
  const message = `is ${values.CIRC_DROP_AFTER_MS}, and circulation takes ${contractDropMs}: only a simulator drops sooner, for which ALLOW_SIMULATOR_TIMES=1 is wanted`;
  return [{ name: 'CIRC_DROP_AFTER_MS', message }];
}

export const operationsVariables = environment.variables;

/** The journal's file in the DATA_DIR of a process. */
export const journalFileIn = (dataDir: string): string => join(dataDir, 'journal.sqlite');

/** @throws Error whose message names every invalid variable. */
export function readOperationsConfig(env: NodeJS.ProcessEnv): OperationsConfig {
  const values = environment.read(env);
  const { DATABASE_URL, JOURNAL_SECRET, PSEUDONYM_SECRET, MIGRATE_AT_START } = values;
  const { ALLOW_SIMULATOR_TIMES: simulated = {} } = values;
  return {
    databaseUrl: DATABASE_URL === undefined ? null : new URL(DATABASE_URL),
    databaseTls: clientTlsOf('JOURNAL', values),
    journalSecrets: JOURNAL_SECRET ?? null,
    pseudonymSecret: PSEUDONYM_SECRET === undefined ? null : new TextEncoder().encode(PSEUDONYM_SECRET),
    production: values.NODE_ENV === 'production',
    databaseConnections: values.JOURNAL_CONNECTIONS,
    preparesStatements: values.JOURNAL_PREPARED_STATEMENTS === 'on',
    migratesAtStart: MIGRATE_AT_START === undefined ? null : MIGRATE_AT_START === '1',
    dropAfterMs: values.CIRC_DROP_AFTER_MS,
    gapsFillWithinMs: simulated.gapsFillWithinMs ?? contractGapsMs,
    asksForReasons: values.ACCESS_REASONS === 'required',
    payments: paymentsOf(values),
    chargesLimitCents: values.CHARGES_LIMIT_CENTS ?? null,
    laterChecks: simulated.laterChecks ?? null,
  };
}
