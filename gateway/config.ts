import { z } from 'zod';

export const subgraphNames = ['patrons', 'credentials', 'circulation'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

/** Everything the gateway takes from its environment; README.md has the table. */
export interface GatewayConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Created when first needed. */
  readonly dataDir: string;
  readonly logLevel: string;
  readonly production: boolean;
  readonly jwt:
    | { readonly kind: 'development' }
    | { readonly kind: 'jwks'; readonly url: URL; readonly issuer: string; readonly audience: string };
  /** Subgraphs in other processes. */
  readonly subgraphs: ReadonlyMap<SubgraphName, URL>;
  /** Null where every subgraph is in this process. */
  readonly subgraphSecret: Uint8Array | null;
}

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const subgraphUrl = httpUrl.refine((text) => {
  const { pathname, search } = new URL(text);
  return (pathname === '/' || pathname === '/graphql') && search === '';
}, 'must be an origin, or that and /graphql');

const environment = z
  .object({
    HOST: z.string().default('127.0.0.1'),
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, 'must be a port, 0 to 65535')
      .transform(Number)
      .refine((port) => port <= 65535, 'must be a port, 0 to 65535')
      .default(4000),
    DATA_DIR: z.string().default('.data'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
        error: 'must be fatal, error, warn, info, debug or silent',
      })
      .default('info'),
    NODE_ENV: z.string().optional(),
    JWKS_URL: httpUrl.optional(),
    JWT_ISSUER: z.string().optional(),
    JWT_AUDIENCE: z.string().optional(),
    PATRONS_URL: subgraphUrl.optional(),
    CREDENTIALS_URL: subgraphUrl.optional(),
    CIRCULATION_URL: subgraphUrl.optional(),
    SUBGRAPH_SECRET: z.string().min(32, 'must have 32 characters at least').optional(),
  })
  .superRefine((env, context) => {
    const want = (name: keyof typeof env, why: string) => {
      if (env[name] === undefined) {
        context.addIssue({ code: 'custom', path: [name], message: `is wanted ${why}` });
      }
    };
    if (env.JWKS_URL ?? env.JWT_ISSUER ?? env.JWT_AUDIENCE) {
      const together = 'where one of JWKS_URL, JWT_ISSUER and JWT_AUDIENCE is set: they go together';
      want('JWKS_URL', together);
      want('JWT_ISSUER', together);
      want('JWT_AUDIENCE', together);
    } else if (env.NODE_ENV === 'production') {
      want('JWKS_URL', 'in production: the development issuer is for development');
    }
    if (env.PATRONS_URL ?? env.CREDENTIALS_URL ?? env.CIRCULATION_URL) {
      want('SUBGRAPH_SECRET', 'where a subgraph runs in another process');
    }
  });

/** Reads and checks the environment. Throws with every variable that is missing or wrong, by name. */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new Error(`The environment can't be used:\n${z.prettifyError(parsed.error)}`);
  }
  const values = parsed.data;
  const subgraphs = new Map<SubgraphName, URL>();
  for (const [name, url] of [
    ['patrons', values.PATRONS_URL],
    ['credentials', values.CREDENTIALS_URL],
    ['circulation', values.CIRCULATION_URL],
  ] as const) {
    if (url !== undefined) {
      subgraphs.set(name, new URL(url));
    }
  }
  const { JWKS_URL, JWT_ISSUER, JWT_AUDIENCE } = values;
  const config: GatewayConfig = {
    host: values.HOST,
    port: values.PORT,
    dataDir: values.DATA_DIR,
    logLevel: values.LOG_LEVEL,
    production: values.NODE_ENV === 'production',
    jwt:
      JWKS_URL !== undefined && JWT_ISSUER !== undefined && JWT_AUDIENCE !== undefined
        ? { kind: 'jwks', url: new URL(JWKS_URL), issuer: JWT_ISSUER, audience: JWT_AUDIENCE }
        : { kind: 'development' },
    subgraphs,
    subgraphSecret:
      values.SUBGRAPH_SECRET === undefined ? null : new TextEncoder().encode(values.SUBGRAPH_SECRET),
  };
  return Object.freeze(config);
}
