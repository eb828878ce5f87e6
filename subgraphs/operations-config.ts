import { join } from 'node:path';
import { z } from 'zod';

/** What the book of operations takes from the environment; README.md has the table. */
export interface OperationsConfig {
  /** Of PostgreSQL; null where it is not said. */
  readonly databaseUrl: URL | null;
  /** What inputs are fingerprinted with, the same in every process; null where it is not said. */
  readonly fingerprintKey: Uint8Array | null;
  /** What partners' pseudonyms are made with; null where it is not said. */
  readonly pseudonymSecret: Uint8Array | null;
  readonly production: boolean;
  /** What circulation has not done so long after it arrived, it drops. */
  readonly dropAfterMs: number;
}

const secret = z.string().min(32, 'must have 32 characters at least').optional();

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/, error: 'must be a postgresql:// URL' }).optional(),
  JOURNAL_SECRET: secret,
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
    .default(30_000),
});

/** What is read of the environment here, by name. */
export const operationsVariables: readonly string[] = Object.keys(environment.shape);

/** The book of operations of one process, in its DATA_DIR. */
export const journalFileIn = (dataDir: string): string => join(dataDir, 'journal.sqlite');

/** Throws with every variable that is wrong, by name. */
export function readOperationsConfig(env: NodeJS.ProcessEnv): OperationsConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new Error(`The environment can't be used:\n${z.prettifyError(parsed.error)}`);
  }
  const { DATABASE_URL, JOURNAL_SECRET, PSEUDONYM_SECRET, CIRC_DROP_AFTER_MS, NODE_ENV } = parsed.data;
  const bytes = (text?: string) => (text === undefined ? null : new TextEncoder().encode(text));
  return {
    databaseUrl: DATABASE_URL === undefined ? null : new URL(DATABASE_URL),
    fingerprintKey: bytes(JOURNAL_SECRET),
    pseudonymSecret: bytes(PSEUDONYM_SECRET),
    production: NODE_ENV === 'production',
    dropAfterMs: CIRC_DROP_AFTER_MS,
  };
}
