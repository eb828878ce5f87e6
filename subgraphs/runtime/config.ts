import { z } from 'zod';
import {
  lifecycleShape,
  type MetricsEndpoint,
  metricsEndpoint,
  shutdownDelayMs,
} from '../../platform/lifecycle/config.ts';
import { defineEnvironment, port, wholeNumber } from '../../platform/lifecycle/environment.ts';
import { type SecretValues, secretValues } from '../../platform/lifecycle/secrets.ts';
import { systems } from '../../platform/systems.ts';
import type { PemFiles } from '../../platform/tls/files.ts';
import { serverTlsIssues, serverTlsOf, serverTlsShape } from '../../platform/tls/variables.ts';
import { legacyVariables } from './environment/legacy-systems.ts';
import { type MailConfig, mailVariables, readMailConfig } from './environment/mail.ts';

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
  readonly tls: PemFiles | null;
  /** The time for which requests are still accepted after the process has announced that it stops, in ms. */
  readonly shutdownDelayMs: number;
  readonly metrics: MetricsEndpoint;
  /** The number of processes that answer requests. `auto` is one for each core. */
  readonly workers: number | 'auto';
  /**
   * The time that the gateway waits for an answer, in ms. When the process stops, requests in progress may still take
   * this long.
   */
  readonly requestTimeoutMs: number;
}

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
  ...legacyVariables(systems),
];

/** @throws Error whose message names every invalid variable. */
export function readLibraryConfig(env: NodeJS.ProcessEnv): LibraryConfig {
  const { BRANCHES_FILE: branchesFile = null, WEBHOOKS_FILE: webhooksFile = null } =
    libraryEnvironment.read(env);
  return { branchesFile, webhooksFile, mail: readMailConfig(env) };
}

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
    metrics: metricsEndpoint(values, production),
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
  };
}
