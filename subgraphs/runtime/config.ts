import { z } from 'zod';
import {
  lifecycleShape,
  type MetricsPlace,
  metricsPlace,
  shutdownDelayMs,
} from '../../platform/lifecycle/config.ts';
import {
  defineEnvironment,
  httpUrl,
  port,
  readEnvironment,
  reportIssues,
  type VariableIssue,
  wholeNumber,
} from '../../platform/lifecycle/environment.ts';
import { fileVariables, type SecretValues, secretValues } from '../../platform/lifecycle/secrets.ts';
import {
  type ClientTlsSettings,
  clientTlsIssues,
  clientTlsOf,
  clientTlsShape,
  serverTlsIssues,
  serverTlsOf,
  serverTlsShape,
  type TlsSettings,
} from '../../platform/tls/variables.ts';
import {
  type LegacyLimits,
  type LegacyLimitsBySystem,
  legacyLimits,
  legacyLimitVariables,
} from './environment/legacy-limits.ts';
import { type MailConfig, mailVariables, readMailConfig } from './environment/mail.ts';

/** The address of a legacy system, and the limits of the calls to it. */
export interface LegacySystem {
  readonly url: URL;
  readonly limits: LegacyLimits;
  /** The settings of TLS connections. Null for Node's own settings. */
  readonly tls: ClientTlsSettings | null;
}

/** A legacy system that requires a login. */
export interface LegacyLogin extends LegacySystem {
  readonly user: string;
  readonly password: string;
}

/** The legacy systems in the environment. A system that is not configured is null. */
export interface LegacyConfig {
  /** The registry needs no login. */
  readonly prs: LegacySystem | null;
  readonly cms: LegacyLogin | null;
  readonly circ: LegacyLogin | null;
}

/** Settings about the library that no legacy system has. */
export interface LibraryConfig {
  /** A file that lists the branches; null if there is none. */
  readonly branchesFile: string | null;
  /** A file that lists the webhooks of notices. Null if there are none. */
  readonly webhooksFile: string | null;
  /** The settings for notices by mail. Null if notices are not sent by mail. */
  readonly mail: MailConfig | null;
}

/** The configuration of a subgraph in its own process. docs/configuration.md has the table of variables. */
export interface SubgraphConfig {
  readonly host: string;
  /** The port 0 chooses a free one. */
  readonly port: number;
  readonly logLevel: string;
  /** The gateway signs the caller header with one of these secrets. */
  readonly secrets: SecretValues;
  /** Certificate and key of the subgraph's own server; null for http. */
  readonly tls: TlsSettings | null;
  /** The time for which requests are still accepted after the process has announced that it stops, in ms. */
  readonly shutdownDelayMs: number;
  readonly metrics: MetricsPlace;
  /** The number of processes that answer requests. `auto` is one for each core. */
  readonly workers: number | 'auto';
  /**
   * The time that the gateway waits for an answer, in ms. When the process stops, requests in progress may still take
   * this long.
   */
  readonly requestTimeoutMs: number;
}

const legacyEnvironment = z
  .object({
    PRS_URL: httpUrl().optional(),
    CMS_URL: httpUrl().optional(),
    CMS_USER: z.string().optional(),
    CMS_PASSWORD: z.string().optional(),
    CIRC_URL: httpUrl().optional(),
    CIRC_USER: z.string().optional(),
    CIRC_PASSWORD: z.string().optional(),
    ...clientTlsShape('PRS'),
    ...clientTlsShape('CMS'),
    ...clientTlsShape('CIRC'),
  })
  .superRefine(
    reportIssues((env) => [
      ...loginIssues('CMS', env),
      ...loginIssues('CIRC', env),
      ...['PRS', 'CMS', 'CIRC'].flatMap((system) => clientTlsIssues(system, env, [`${system}_URL`])),
    ]),
  );

function loginIssues(system: string, env: Readonly<Record<string, unknown>>): readonly VariableIssue[] {
  const url = `${system}_URL`;
  const missing = [`${system}_USER`, `${system}_PASSWORD`].filter((name) => env[name] === undefined);
  return env[url] === undefined
    ? []
    : missing.map((name) => ({ name, message: `is wanted where ${url} is set` }));
}

const legacySecrets = ['CMS_PASSWORD', 'CIRC_PASSWORD'];

const libraryEnvironment = defineEnvironment({
  BRANCHES_FILE: z.string().optional(),
  WEBHOOKS_FILE: z.string().optional(),
});

const subgraphShape = {
  HOST: z.string().default('127.0.0.1'),
  PORT: port.optional(),
  SUBGRAPH_SECRET: secretValues('is wanted: the gateway signs with it who asks'),
  REQUEST_TIMEOUT_MS: wholeNumber(100, 600_000).default(12_000),
  ...lifecycleShape,
  ...serverTlsShape,
} as const;
const subgraphEnvironment = defineEnvironment(subgraphShape, ['SUBGRAPH_SECRET'], serverTlsIssues);

/** The names of the variables that this file reads. */
export const subgraphVariables: readonly string[] = [
  ...subgraphEnvironment.variables,
  ...libraryEnvironment.variables,
  ...mailVariables,
  ...Object.keys(legacyEnvironment.shape),
  ...fileVariables(legacySecrets),
  ...legacyLimitVariables,
];

/** @throws Error whose message names every missing or invalid variable. */
export function readLegacyConfig(env: NodeJS.ProcessEnv): LegacyConfig {
  const values = readEnvironment(z.intersection(legacyEnvironment, legacyLimits), env, legacySecrets);
  const system = (name: 'PRS' | 'CMS' | 'CIRC'): LegacySystem | null => {
    const url = values[`${name}_URL`];
    return url === undefined
      ? null
      : { url: new URL(url), limits: values[name], tls: clientTlsOf(name, values) };
  };
  const login = (name: 'CMS' | 'CIRC'): LegacyLogin | null => {
    const [reached, user, password] = [system(name), values[`${name}_USER`], values[`${name}_PASSWORD`]];
    return reached !== null && user !== undefined && password !== undefined
      ? { ...reached, user, password }
      : null;
  };
  return {
    prs: system('PRS'),
    cms: login('CMS'),
    circ: login('CIRC'),
  };
}

/** @throws Error whose message names every invalid variable. */
export function readLibraryConfig(env: NodeJS.ProcessEnv): LibraryConfig {
  const { BRANCHES_FILE: branchesFile = null, WEBHOOKS_FILE: webhooksFile = null } =
    libraryEnvironment.read(env);
  return { branchesFile, webhooksFile, mail: readMailConfig(env) };
}

/** The limits of the calls to each system. @throws Error whose message names every invalid variable. */
export const readLegacyLimits = (env: NodeJS.ProcessEnv): LegacyLimitsBySystem =>
  readEnvironment(legacyLimits, env);

/** @throws Error whose message names every missing or invalid variable. */
export function readSubgraphConfig(env: NodeJS.ProcessEnv, defaultPort: number): SubgraphConfig {
  const values = subgraphEnvironment.read(env);
  const production = values.NODE_ENV === 'production';
  return {
    host: values.HOST,
    port: values.PORT ?? defaultPort,
    logLevel: values.LOG_LEVEL,
    secrets: values.SUBGRAPH_SECRET,
    tls: serverTlsOf(values),
    workers: values.WORKERS,
    shutdownDelayMs: shutdownDelayMs(values.SHUTDOWN_DELAY_MS, production),
    metrics: metricsPlace(values, production),
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
  };
}
