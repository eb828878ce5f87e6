import { z } from 'zod';
import {
  lifecycleShape,
  type MetricsEndpoint,
  metricsEndpoint,
  shutdownDelayMs,
} from '../platform/lifecycle/config.ts';
import {
  defineEnvironment,
  httpUrl,
  parsedBy,
  port,
  proxyList,
  switchedOn,
  type VariableIssue,
  wholeNumber,
} from '../platform/lifecycle/environment.ts';
import { isLoopbackName } from '../platform/lifecycle/network.ts';
import { secretValues } from '../platform/lifecycle/secrets.ts';
import { type SubgraphName, type SystemEntry, systems } from '../platform/systems.ts';
import type { PemFiles } from '../platform/tls/files.ts';
import {
  clientTlsIssues,
  clientTlsOf,
  clientTlsShape,
  databaseTlsIssues,
  databaseUrl,
  serverTlsIssues,
  serverTlsOf,
  serverTlsShape,
  verificationIssues,
  verificationShape,
} from '../platform/tls/variables.ts';
import { type ByAudience, eachAudience, forAllAudiences, parseByAudience } from './audiences.ts';
import { defaultLimits, type Limits, limitsOfOtherGraphs } from './limits.ts';
import { defaultRates, type Rates, ratesVariable } from './rates.ts';

/**
 * How to treat a document that is in no manifest: serve it (`off`), serve and log it (`audit`), or refuse it
 * (`require`).
 */
export type TrustMode = (typeof trustModes)[number];
const trustModes = ['off', 'audit', 'require'] as const;

/** The configuration of every gateway, for our graph or another. docs/configuration.md has the table of variables. */
export interface ServerConfig {
  readonly host: string;
  /** 0 means a free port. */
  readonly port: number;
  readonly logLevel: string;
  readonly production: boolean;
  /** How long the process still accepts requests after it has announced its stop, in ms. */
  readonly shutdownDelayMs: number;
  readonly metrics: MetricsEndpoint;
  /** Number of processes that serve. `auto`: one per core. */
  readonly workers: number | 'auto';
  /** The issuers whose tokens are accepted: either several in a file, or one. Null if no issuer is configured. */
  readonly issuers:
    | { readonly file: string }
    | { readonly url: URL; readonly issuer: string; readonly audience: string }
    | null;
  /** The folder in which the last keys of each issuer are kept for the next start. Null if they are not kept. */
  readonly issuerKeysDir: string | null;
  readonly limits: Limits;
  /** The rate limits of each caller. Null if there are none. */
  readonly rates: Rates | null;
  /** Addresses and networks of proxies. Only their `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may call the gateway, in the form that browsers send. Empty by default. */
  readonly corsOrigins: readonly string[];
  /** How long caches may keep the answer to a GET of public fields, in seconds. 0: not at all. */
  readonly publicMaxAgeSeconds: number;
  /**
   * The folder of the manifests of trusted documents, and how to treat each audience's documents. Null if there are no
   * manifests.
   */
  readonly trustedDocuments: { readonly dir: string; readonly modes: ByAudience<TrustMode> } | null;
  /** Whether clients may register documents under their hashes. */
  readonly automaticPersistedQueries: boolean;
  /** Whether an audience may introspect the schema. */
  readonly introspection: ByAudience<boolean>;
  /** Certificate and key of the gateway's own server. Null if it uses plain http. */
  readonly tls: PemFiles | null;
  /** The TLS settings for https subgraphs. Null: Node's defaults. */
  readonly subgraphsTls: PemFiles | null;
}

/** The PostgreSQL database in which gateways share the callers' rate limits. */
export interface SharedRatesConfig {
  readonly databaseUrl: URL;
  /** The TLS settings for the database. Null: only the URL decides. */
  readonly tls: PemFiles | null;
  /** The key for hashes of callers in the database. It must be the same in all gateways. */
  readonly secret: Uint8Array;
  /** Whether a gateway creates missing tables. */
  readonly migrates: boolean;
}

/** The configuration of the gateway of our own graph. */
export interface GatewayConfig extends ServerConfig {
  /** How long the gateway itself keeps answers to searches of the catalogue, in seconds. 0: not at all. */
  readonly publicCacheSeconds: number;
  /** The folder of the development issuer's key, created at the first use. This issuer is used if `issuers` is null. */
  readonly dataDir: string;
  /** Whether the development issuer may be used with real patrons. Production has no development issuer at all. */
  readonly allowDevelopmentIssuer: boolean;
  /** URLs of the subgraphs in other processes. */
  readonly subgraphs: ReadonlyMap<string, URL>;
  /** Whether the portal (guides and schemas) is served, to everybody who can reach the gateway. */
  readonly servesPortal: boolean;
  /**
   * The secret that signs the caller header for subgraphs in other processes. Null if it is not set: no subgraph may
   * then run in another process.
   */
  readonly subgraphSecret: Uint8Array | null;
  /** The database for shared rate limits. Null if each gateway counts for itself. */
  readonly sharedRates: SharedRatesConfig | null;
}

/** Keys must come over https, or from this machine: an attacker who can replace them can sign any token. */
export const keysUrl = httpUrl().refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopbackName(hostname);
}, 'must be https, unless it is on this machine');
const subgraphUrl = httpUrl().refine((text) => {
  const { pathname, search } = new URL(text);
  return (pathname === '/' || pathname === '/graphql') && search === '';
}, 'must be an origin, with or without /graphql');

/** The variables that set limits, each with the limit's name, smallest and largest value. The other limits are fixed. */
const limitVariables = {
  MAX_BODY_BYTES: ['maxBodyBytes', 1024, 64 * 1024 * 1024],
  MAX_COST: ['maxCost', 1, 1_000_000_000],
  ASSUMED_LIST_SIZE: ['assumedListSize', 0, 100_000],
  MAX_BATCH: ['maxBatch', 1, 100],
  MAX_CONCURRENT_REQUESTS: ['maxConcurrentRequests', 1, 100_000],
  REQUEST_TIMEOUT_MS: ['requestTimeoutMs', 100, 600_000],
} as const satisfies Readonly<Record<string, readonly [keyof Limits, number, number]>>;

type LimitVariable = keyof typeof limitVariables;

function limitSchema(name: LimitVariable) {
  const [, min, max] = limitVariables[name];
  return wholeNumber(min, max).optional();
}

const limitNames = Object.keys(limitVariables) as LimitVariable[];
const limitShape = Object.fromEntries(limitNames.map((name) => [name, limitSchema(name)])) as Readonly<
  Record<LimitVariable, ReturnType<typeof limitSchema>>
>;

/** The maximum number of allowed origins. The `Origin` of every request is compared with each of them. */
const maxOrigins = 100;
const originList = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((origin) => origin.trim()))])
  .superRefine((origins, context) => {
    const wrong = origins.find((origin) => !isOrigin(origin));
    if (wrong !== undefined) {
      const message = `must be origins as browsers send them, as in https://www.example.org,https://m.example.org: not ${JSON.stringify(wrong)}`;
      context.addIssue({ code: 'custom', message });
    }
    if (origins.length > maxOrigins) {
      context.addIssue({ code: 'custom', message: `must have ${maxOrigins} origins at most` });
    }
  });

/**
 * Whether a text has exactly the form of the header `Origin`: no path, no slash at the end, no default port, no
 * wildcard, not `null`.
 */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && !text.includes('*') && /^https?:$/.test(url.protocol) && url.origin === text;
}

/**
 * The longest `publicMaxAgeSeconds`, in seconds. For this time, a copy that has just been lent may still look
 * available. So a reader may come to the library for nothing.
 */
const maxPublicAgeSeconds = 300;
/**
 * The longest time for which the gateway itself keeps an answer, in seconds. Repetitions of a search mostly come within
 * this time.
 */
const maxKeptSeconds = 2;

/** A setting that may differ by audience. `parseByAudience` has the syntax. */
const byAudience = <Value extends string>(values: readonly (Value | 'off')[]) =>
  parsedBy((text) => parseByAudience(text, values, 'off'));

const serverShape = {
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(4000),
  JWKS_URL: keysUrl.optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  CORS_ORIGINS: originList.default([]),
  PUBLIC_MAX_AGE_SECONDS: wholeNumber(0, maxPublicAgeSeconds, 'a whole number of seconds').default(10),
  RATES: ratesVariable.optional(),
  TRUSTED_PROXIES: proxyList.default([]),
  ISSUERS_FILE: z.string().optional(),
  ISSUER_KEYS_DIR: z.string().optional(),
  TRUSTED_DOCUMENTS_DIR: z.string().optional(),
  TRUSTED_DOCUMENTS_MODE: byAudience(trustModes).optional(),
  AUTOMATIC_PERSISTED_QUERIES: switchedOn,
  INTROSPECTION: byAudience(['on', 'off']).optional(),
  ...limitShape,
  ...serverTlsShape,
  ...clientTlsShape('SUBGRAPHS'),
  ...verificationShape,
  ...lifecycleShape,
} as const;

const gatewayShape = {
  ...serverShape,
  DATA_DIR: z.string().default('.data'),
  ALLOW_DEVELOPMENT_ISSUER: switchedOn,
  PORTAL: z.enum(['on', 'off'], 'must be on or off').optional(),
  SUBGRAPH_SECRET: secretValues().optional(),
  RATES_DATABASE_URL: databaseUrl.optional(),
  // A variable of libpq, which pg reads too.
  PGSSLMODE: z.string().optional(),
  ...clientTlsShape('RATES_DATABASE'),
} as const;

/** Returns the name of the variable with the address of a system's subgraph, such as `PATRONS_URL`. */
export const subgraphVariable = ({ subgraph }: Pick<SystemEntry, 'subgraph'>): string =>
  `${subgraph.name.toUpperCase()}_URL`;

type SubgraphVariable = `${Uppercase<SubgraphName>}_URL`;
const optionalUrl = subgraphUrl.optional();
const subgraphShape = (entries: readonly SystemEntry[]) =>
  Object.fromEntries(entries.map((entry) => [subgraphVariable(entry), optionalUrl])) as Readonly<
    Record<SubgraphVariable, typeof optionalUrl>
  >;

const subgraphsIn = (values: Readonly<Record<string, unknown>>, entries: readonly SystemEntry[]) =>
  new Map(
    entries.flatMap((entry) => {
      const url = values[subgraphVariable(entry)];
      return typeof url === 'string' ? [[entry.subgraph.name, new URL(url)]] : [];
    }),
  );

type ServerValues = z.infer<z.ZodObject<typeof serverShape>>;
type GatewayValues = z.infer<z.ZodObject<typeof gatewayShape>>;

/** Returns an issue for each missing variable. The issue's message ends with `why`. */
const required = <Values>(
  values: Values,
  names: readonly (keyof Values & string)[],
  why: string,
): VariableIssue[] =>
  names.filter((name) => values[name] === undefined).map((name) => ({ name, message: `is required ${why}` }));

function serverIssues(values: ServerValues): readonly VariableIssue[] {
  const issues: VariableIssue[] = [];
  if (values.TRUSTED_DOCUMENTS_MODE !== undefined) {
    issues.push(...required(values, ['TRUSTED_DOCUMENTS_DIR'], 'where TRUSTED_DOCUMENTS_MODE is set'));
  }
  if (values.JWKS_URL ?? values.JWT_ISSUER ?? values.JWT_AUDIENCE) {
    const together = 'where one of JWKS_URL, JWT_ISSUER and JWT_AUDIENCE is set: they belong together';
    issues.push(...required(values, ['JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'], together));
    if (values.ISSUERS_FILE !== undefined) {
      const message =
        'must not be set beside JWKS_URL, JWT_ISSUER and JWT_AUDIENCE: put that issuer into the file';
      issues.push({ name: 'ISSUERS_FILE', message });
    }
  }
  return [
    ...issues,
    ...serverTlsIssues(values),
    ...clientTlsIssues('SUBGRAPHS', values, systems.map(subgraphVariable)),
    ...verificationIssues(values),
  ];
}

function gatewayIssues(values: GatewayValues, entries: readonly SystemEntry[]): readonly VariableIssue[] {
  const issues: VariableIssue[] = [];
  const require = (name: keyof GatewayValues & string, why: string) =>
    issues.push(...required(values, [name], why));
  if (
    values.NODE_ENV === 'production' &&
    !(values.JWT_ISSUER ?? values.JWT_AUDIENCE ?? values.ISSUERS_FILE)
  ) {
    require('JWKS_URL', 'in production, or ISSUERS_FILE: there is no development issuer');
  }
  if (subgraphsIn(values, entries).size > 0) {
    require('SUBGRAPH_SECRET', 'where a subgraph runs in another process');
  }
  if (values.RATES_DATABASE_URL !== undefined) {
    require('SUBGRAPH_SECRET', 'where RATES_DATABASE_URL is set: callers stand there under hashes that are made with it');
  }
  return [
    ...issues,
    ...serverIssues(values),
    ...databaseTlsIssues('RATES_DATABASE', 'RATES_DATABASE_URL', values),
  ];
}

const serverEnvironment = defineEnvironment(serverShape, [], serverIssues);
const gatewayEnvironment = (entries: readonly SystemEntry[]) =>
  defineEnvironment(
    { ...gatewayShape, ...subgraphShape(entries) },
    ['SUBGRAPH_SECRET', 'RATES_DATABASE_URL'],
    (values) => gatewayIssues(values, entries),
  );

/** The names of the variables that each kind of gateway reads. */
export const serverVariables = serverEnvironment.variables;
export const gatewayVariables = gatewayEnvironment(systems).variables;

/**
 * Reads the configuration of the gateway of another graph. An empty variable counts as not set.
 * @throws Error whose message names the missing or wrong variables.
 */
export const readServerConfig = (env: NodeJS.ProcessEnv): ServerConfig =>
  Object.freeze(serverConfigOf(serverEnvironment.read(env), limitsOfOtherGraphs));

/**
 * Reads the configuration of the gateway of our own graph.
 * @throws Error whose message names the missing or wrong variables.
 */
export function readGatewayConfig(
  env: NodeJS.ProcessEnv,
  entries: readonly SystemEntry[] = systems,
): GatewayConfig {
  const values = gatewayEnvironment(entries).read(env);
  const config: GatewayConfig = {
    ...serverConfigOf(values, defaultLimits),
    publicCacheSeconds: Math.min(values.PUBLIC_MAX_AGE_SECONDS, maxKeptSeconds),
    rates: values.RATES === undefined ? defaultRates : values.RATES,
    dataDir: values.DATA_DIR,
    allowDevelopmentIssuer: values.ALLOW_DEVELOPMENT_ISSUER === '1',
    subgraphs: subgraphsIn(values, entries),
    servesPortal: (values.PORTAL ?? (values.NODE_ENV === 'production' ? 'off' : 'on')) === 'on',
    subgraphSecret: values.SUBGRAPH_SECRET?.[0] ?? null,
    sharedRates: sharedRatesOf(values),
  };
  return Object.freeze(config);
}

function sharedRatesOf(values: GatewayValues): SharedRatesConfig | null {
  const { RATES_DATABASE_URL: url, SUBGRAPH_SECRET: secrets, NODE_ENV } = values;
  return url === undefined || secrets === undefined
    ? null
    : {
        databaseUrl: new URL(url),
        tls: clientTlsOf('RATES_DATABASE', values),
        secret: secrets[0],
        migrates: NODE_ENV !== 'production',
      };
}

/** Returns the limits that the variables set, with the values of `unset` for all other limits. */
function limitsOf(values: ServerValues, unset: Limits): Limits {
  const limits: Record<keyof Limits, number> = { ...unset };
  for (const name of limitNames) {
    const [limit] = limitVariables[name];
    limits[limit] = values[name] ?? unset[limit];
  }
  return limits;
}

function serverConfigOf(values: ServerValues, unsetLimits: Limits): ServerConfig {
  const { TRUSTED_DOCUMENTS_DIR, TRUSTED_DOCUMENTS_MODE, INTROSPECTION } = values;
  const production = values.NODE_ENV === 'production';
  const introspection = INTROSPECTION ?? forAllAudiences(production ? 'off' : 'on');
  return {
    host: values.HOST,
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    production,
    workers: values.WORKERS,
    shutdownDelayMs: shutdownDelayMs(values.SHUTDOWN_DELAY_MS, production),
    metrics: metricsEndpoint(values, production),
    corsOrigins: values.CORS_ORIGINS,
    publicMaxAgeSeconds: values.PUBLIC_MAX_AGE_SECONDS,
    issuers: issuersOf(values),
    issuerKeysDir: values.ISSUER_KEYS_DIR ?? null,
    limits: limitsOf(values, unsetLimits),
    // There is no sensible default for another graph, because the costs of its operations are unknown.
    rates: values.RATES ?? null,
    trustedProxies: values.TRUSTED_PROXIES,
    trustedDocuments:
      TRUSTED_DOCUMENTS_DIR === undefined
        ? null
        : { dir: TRUSTED_DOCUMENTS_DIR, modes: TRUSTED_DOCUMENTS_MODE ?? forAllAudiences('audit') },
    automaticPersistedQueries: values.AUTOMATIC_PERSISTED_QUERIES === '1',
    tls: serverTlsOf(values),
    subgraphsTls: clientTlsOf('SUBGRAPHS', values),
    introspection: eachAudience((audience) => introspection[audience] === 'on'),
  };
}

function issuersOf({
  ISSUERS_FILE,
  JWKS_URL,
  JWT_ISSUER,
  JWT_AUDIENCE,
}: ServerValues): ServerConfig['issuers'] {
  if (ISSUERS_FILE !== undefined) {
    return { file: ISSUERS_FILE };
  }
  return JWKS_URL !== undefined && JWT_ISSUER !== undefined && JWT_AUDIENCE !== undefined
    ? { url: new URL(JWKS_URL), issuer: JWT_ISSUER, audience: JWT_AUDIENCE }
    : null;
}
