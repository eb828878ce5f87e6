import { z } from 'zod';
import { DEFAULT_CREDENTIALS } from './index.ts';

const port = (preferred: number) => z.coerce.number().int().min(0).max(65_535).default(preferred);

const environment = z.object({
  NODE_ENV: z.enum(['', 'development', 'test', 'production']).optional(),
  /** A file of another seed; empty or absent: `seed.json`. */
  LEGACY_SEED: z.string().default(''),
  HOST: z.string().min(1).default('127.0.0.1'),
  PRS_PORT: port(8101),
  CMS_PORT: port(8102),
  CIRC_PORT: port(8103),
  CMS_USER: z.string().min(1).default(DEFAULT_CREDENTIALS.cms.user),
  CMS_PASSWORD: z.string().min(1).default(DEFAULT_CREDENTIALS.cms.password),
  CIRC_USER: z.string().min(1).default(DEFAULT_CREDENTIALS.circ.user),
  /** The gateway's circulation subgraph is told the same. */
  CIRC_DROP_AFTER_MS: z.coerce.number().int().min(100).max(999_999).default(30_000),
  CIRC_PASSWORD: z.string().min(1).default(DEFAULT_CREDENTIALS.circ.password),
});

/** What the stand-ins read of the environment, by name. */
export const simulatorVariables: readonly string[] = Object.keys(environment.shape);

export type LegacyConfig = Readonly<z.infer<typeof environment>>;

/** The stand-ins' settings; throws an `Error` that names each variable that is wrong, never its value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): LegacyConfig {
  const result = environment.safeParse(env);
  if (result.success) {
    return Object.freeze(result.data);
  }
  const wrong = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`the environment is not usable: ${wrong.join('; ')}`);
}
