import { z } from 'zod';
import { DEFAULT_CREDENTIALS } from './index.ts';

const port = (preferred: number) => z.coerce.number().int().min(0).max(65_535).default(preferred);

const environment = z.object({
  NODE_ENV: z.enum(['', 'development', 'test', 'production']).optional(),
  /** The path of another seed. If it is empty or absent, `seed.json` is used. */
  LEGACY_SEED: z.string().default(''),
  HOST: z.string().min(1).default('127.0.0.1'),
  PRS_PORT: port(8101),
  CMS_PORT: port(8102),
  CIRC_PORT: port(8103),
  CMS_USER: z.string().min(1).default(DEFAULT_CREDENTIALS.cms.user),
  CMS_PASSWORD: z.string().min(1).default(DEFAULT_CREDENTIALS.cms.password),
  CIRC_USER: z.string().min(1).default(DEFAULT_CREDENTIALS.circ.user),
  /** The circulation subgraph must have the same value. */
  CIRC_DROP_AFTER_MS: z.coerce.number().int().min(100).max(999_999).default(30_000),
  CIRC_PASSWORD: z.string().min(1).default(DEFAULT_CREDENTIALS.circ.password),
});

/** The names of the environment variables that the simulators read. */
export const simulatorVariables: readonly string[] = Object.keys(environment.shape);

export type SimulatorConfig = Readonly<z.infer<typeof environment>>;

/** @throws Error that names each invalid variable, but never its value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): SimulatorConfig {
  const result = environment.safeParse(env);
  if (result.success) {
    return Object.freeze(result.data);
  }
  const wrong = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`the environment is not valid: ${wrong.join('; ')}`);
}
