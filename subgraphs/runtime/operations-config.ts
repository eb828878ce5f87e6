import { join } from 'node:path';
import { z } from 'zod';

/**
 * How old a settled change is, in milliseconds, when circulation is asked again what its reference led to, ascending. What lies
 * between may deliver a request late, or once more: nothing keeps circulation from doing it then, but it is noticed.
 */
export interface LaterChecks {
  readonly refused: readonly number[];
  /** Only a second event is looked for; and there are many of these. */
  readonly done: readonly number[];
}

/** What the book of operations takes from the environment; README.md has the table. */
export interface OperationsConfig {
  /** Of PostgreSQL; null where it is not said. */
  readonly databaseUrl: URL | null;
  /** What inputs are fingerprinted with, the same in every process; null where it is not said. */
  readonly fingerprintKey: Uint8Array | null;
  /** What was in its place before, where that is being changed; null where it is not said. */
  readonly fingerprintKeyBefore: Uint8Array | null;
  /** What partners' pseudonyms are made with; null where it is not said. */
  readonly pseudonymSecret: Uint8Array | null;
  readonly production: boolean;
  /** What circulation has not done so long after it arrived, it drops. */
  readonly dropAfterMs: number;
  /** When settled changes are looked at again, for simulators alone; null: as ever. */
  readonly laterChecks: LaterChecks | null;
}

/** What the vendor promises of circulation: only a simulator drops sooner. In milliseconds. */
const contractDropMs = 30_000;

const secret = z.string().min(32, 'must have 32 characters at least').optional();

const environmentShape = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/, error: 'must be a postgresql:// URL' }).optional(),
  JOURNAL_SECRET: secret,
  JOURNAL_SECRET_BEFORE: secret,
  PSEUDONYM_SECRET: secret,
  // Spelt otherwise it would be taken for development, and guard nothing.
  NODE_ENV: z
    .enum(['development', 'test', 'production'], {
      error: 'must be development, test or production, or not be set',
    })
    .optional(),
  CIRC_DROP_AFTER_MS: z
    .string()
    .regex(/^\d{3,6}$/, 'must be milliseconds, 100 to 999999')
    .transform(Number)
    .refine((ms) => ms >= 100, 'must be milliseconds, 100 to 999999')
    .default(contractDropMs),
  CIRC_LATER_CHECKS_MS: z
    .string()
    .regex(/^\d{1,9}(?:,\d{1,9}){2}$/, 'must be three times in milliseconds, as in 60000,300000,21600000')
    .transform((text) => text.split(',').map(Number))
    .optional(),
  ALLOW_SIMULATOR_TIMES: z.literal('1', { error: 'must be 1, or not be set' }).optional(),
  CIRC_URL: z.string().optional(),
});

/** Over simulators of its own a process takes any times, over others with a word of its own, and in production none. */
const environment = environmentShape.superRefine((env, context) => {
  const refuse = (name: keyof typeof env, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
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
  if (env.CIRC_LATER_CHECKS_MS !== undefined) {
    refuse('CIRC_LATER_CHECKS_MS', 'is for simulators, for which ALLOW_SIMULATOR_TIMES=1 is wanted');
  }
});

/** What is read of the environment here, by name. */
export const operationsVariables: readonly string[] = Object.keys(environmentShape.shape);

/** The book of operations of one process, in its DATA_DIR. */
export const journalFileIn = (dataDir: string): string => join(dataDir, 'journal.sqlite');

/** Throws with every variable that is wrong, by name. */
export function readOperationsConfig(env: NodeJS.ProcessEnv): OperationsConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new Error(`The environment can't be used:\n${z.prettifyError(parsed.error)}`);
  }
  const { DATABASE_URL, JOURNAL_SECRET, JOURNAL_SECRET_BEFORE, PSEUDONYM_SECRET } = parsed.data;
  const { CIRC_DROP_AFTER_MS, NODE_ENV } = parsed.data;
  const reconcilers = parsed.data.CIRC_LATER_CHECKS_MS;
  const bytes = (text?: string) => (text === undefined ? null : new TextEncoder().encode(text));
  return {
    databaseUrl: DATABASE_URL === undefined ? null : new URL(DATABASE_URL),
    fingerprintKey: bytes(JOURNAL_SECRET),
    fingerprintKeyBefore: bytes(JOURNAL_SECRET_BEFORE),
    pseudonymSecret: bytes(PSEUDONYM_SECRET),
    production: NODE_ENV === 'production',
    dropAfterMs: CIRC_DROP_AFTER_MS,
    laterChecks: reconcilers === undefined ? null : { refused: reconcilers, done: reconcilers.slice(-1) },
  };
}
