import { z } from 'zod';
import { defaultLimits, type Limits } from './limits.ts';

export const subgraphNames = ['patrons', 'credentials', 'circulation'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

/** What the gateway takes from its environment, whatever graph it serves; README.md has the table. */
export interface ServerConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logLevel: string;
  readonly production: boolean;
  /** Whose tokens are taken; null where none is named. */
  readonly jwks: { readonly url: URL; readonly issuer: string; readonly audience: string } | null;
  readonly limits: Limits;
}

/** What the gateway takes from its environment to serve our own graph. */
export interface GatewayConfig extends ServerConfig {
  /** Where the development issuer, which stands in where `jwks` is null, keeps its key. Created when first needed. */
  readonly dataDir: string;
  /** Whether the development issuer may stand in also where patrons are not made up. Never in production. */
  readonly allowDevelopmentIssuer: boolean;
  /** Subgraphs in other processes. */
  readonly subgraphs: ReadonlyMap<SubgraphName, URL>;
  /** Null where every subgraph is in this process. */
  readonly subgraphSecret: Uint8Array | null;
}

// What comes after looks into the URL, and there is none to look into.
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true });
/** Whoever stands between could hand out keys of their own, and make any token. */
const keysUrl = httpUrl.refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}, 'must be https, unless it is on this machine');
const subgraphUrl = httpUrl.refine((text) => {
  const { pathname, search } = new URL(text);
  return (pathname === '/' || pathname === '/graphql') && search === '';
}, 'must be an origin, or that and /graphql');

/** The variables that set limits, and the least and the most that each takes. */
const limitVariables = {
  MAX_BODY_BYTES: ['maxBodyBytes', 1024, 64 * 1024 * 1024],
  MAX_TOKENS: ['maxTokens', 10, 20_000],
  MAX_DEPTH: ['maxDepth', 1, 100],
  MAX_ROOT_FIELDS: ['maxRootFields', 1, 1000],
  MAX_ALIASES: ['maxAliases', 0, 10_000],
  MAX_DIRECTIVES: ['maxDirectives', 0, 10_000],
  MAX_INTROSPECTION_FIELDS: ['maxIntrospectionFields', 0, 10_000],
  MAX_INTROSPECTION_VALUES: ['maxIntrospectionValues', 0, 10_000_000],
  MAX_VARIABLE_ITEMS: ['maxVariableItems', 1, 1_000_000],
  MAX_VARIABLE_VALUES: ['maxVariableValues', 1, 1_000_000],
  MAX_COST: ['maxCost', 1, 1_000_000_000],
  ASSUMED_LIST_SIZE: ['assumedListSize', 0, 100_000],
  MAX_SUBGRAPH_BYTES: ['maxSubgraphBytes', 1024, 64 * 1024 * 1024],
  MAX_ANSWER_BYTES: ['maxAnswerBytes', 1024, 1024 * 1024 * 1024],
  MAX_BATCH: ['maxBatch', 1, 100],
  MAX_CONCURRENT_REQUESTS: ['maxConcurrentRequests', 1, 100_000],
  REQUEST_TIMEOUT_MS: ['requestTimeoutMs', 100, 600_000],
} as const satisfies Readonly<Record<string, readonly [keyof Limits, number, number]>>;

type LimitVariable = keyof typeof limitVariables;

function limitOf(name: LimitVariable) {
  const [limit, least, most] = limitVariables[name];
  const wanted = `must be a whole number, ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, wanted)
    .transform(Number)
    .refine((value) => value >= least && value <= most, wanted)
    .default(defaultLimits[limit]);
}

const limitNames = Object.keys(limitVariables) as LimitVariable[];
const limitShape = Object.fromEntries(limitNames.map((name) => [name, limitOf(name)])) as Readonly<
  Record<LimitVariable, ReturnType<typeof limitOf>>
>;

const server = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port, 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65535, 'must be a port, 0 to 65535')
    .default(4000),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
      error: 'must be fatal, error, warn, info, debug or silent',
    })
    .default('info'),
  // Spelt otherwise it would be taken for development, and guard nothing.
  NODE_ENV: z
    .enum(['development', 'test', 'production'], {
      error: 'must be development, test or production, or not be set',
    })
    .optional(),
  JWKS_URL: keysUrl.optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  ...limitShape,
});

const environment = server.extend({
  DATA_DIR: z.string().default('.data'),
  ALLOW_DEVELOPMENT_ISSUER: z.literal('1', { error: 'must be 1, or not be set' }).optional(),
  PATRONS_URL: subgraphUrl.optional(),
  CREDENTIALS_URL: subgraphUrl.optional(),
  CIRCULATION_URL: subgraphUrl.optional(),
  SUBGRAPH_SECRET: z.string().min(32, 'must have 32 characters at least').optional(),
});

/** What each kind of gateway reads of its environment, by name. */
export const serverVariables: readonly string[] = Object.keys(server.shape);
export const gatewayVariables: readonly string[] = Object.keys(environment.shape);

type ServerEnvironment = z.infer<typeof server>;
type Environment = z.infer<typeof environment>;
/** Says that a variable is wanted, and why, where it isn't set. */
type Want<Env> = (name: keyof Env & string, why: string) => void;

function wantAllOfIssuer(env: ServerEnvironment, want: Want<ServerEnvironment>): void {
  if (env.JWKS_URL ?? env.JWT_ISSUER ?? env.JWT_AUDIENCE) {
    const together = 'where one of JWKS_URL, JWT_ISSUER and JWT_AUDIENCE is set: they go together';
    want('JWKS_URL', together);
    want('JWT_ISSUER', together);
    want('JWT_AUDIENCE', together);
  }
}

function wantAllOfGateway(env: Environment, want: Want<Environment>): void {
  wantAllOfIssuer(env, want);
  if (env.NODE_ENV === 'production' && !(env.JWT_ISSUER ?? env.JWT_AUDIENCE)) {
    want('JWKS_URL', 'in production: the development issuer is for development');
  }
  if (env.PATRONS_URL ?? env.CREDENTIALS_URL ?? env.CIRCULATION_URL) {
    want('SUBGRAPH_SECRET', 'where a subgraph runs in another process');
  }
}

/**
 * Reads what every gateway takes from its environment. Throws with every variable that is missing or wrong, by name.
 */
export function readServerConfig(env: NodeJS.ProcessEnv): ServerConfig {
  return Object.freeze(serverConfigOf(read(server, wantAllOfIssuer, env)));
}

/** Reads what our own graph's gateway takes. Throws as `readServerConfig` does. */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const values = read(environment, wantAllOfGateway, env);
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
  const config: GatewayConfig = {
    ...serverConfigOf(values),
    dataDir: values.DATA_DIR,
    allowDevelopmentIssuer: values.ALLOW_DEVELOPMENT_ISSUER === '1',
    subgraphs,
    subgraphSecret:
      values.SUBGRAPH_SECRET === undefined ? null : new TextEncoder().encode(values.SUBGRAPH_SECRET),
  };
  return Object.freeze(config);
}

function read<Env extends object>(
  schema: z.ZodType<Env>,
  wantAll: (env: Env, want: Want<Env>) => void,
  env: NodeJS.ProcessEnv,
): Env {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema
    .superRefine((values, context) =>
      wantAll(values, (name, why) => {
        if (values[name] === undefined) {
          context.addIssue({ code: 'custom', path: [name], message: `is wanted ${why}` });
        }
      }),
    )
    .safeParse(set);
  if (!parsed.success) {
    throw new Error(`The environment can't be used:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

function serverConfigOf(values: ServerEnvironment): ServerConfig {
  const { JWKS_URL, JWT_ISSUER, JWT_AUDIENCE } = values;
  const limits = limitNames.map((name) => [limitVariables[name][0], values[name]] as const);
  return {
    host: values.HOST,
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    production: values.NODE_ENV === 'production',
    jwks:
      JWKS_URL !== undefined && JWT_ISSUER !== undefined && JWT_AUDIENCE !== undefined
        ? { url: new URL(JWKS_URL), issuer: JWT_ISSUER, audience: JWT_AUDIENCE }
        : null,
    limits: { ...defaultLimits, ...Object.fromEntries(limits) },
  };
}
