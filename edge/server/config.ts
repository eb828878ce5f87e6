import { z } from 'zod';
import {
  type MetricsEndpoint,
  metricsEndpoint,
  metricsShape,
  processShape,
  shutdownDelayMs,
} from '../../platform/lifecycle/config.ts';
import { httpUrl, migrateAtStart, port, type VariableIssue } from '../../platform/lifecycle/environment.ts';
import type { PemFiles } from '../../platform/tls/files.ts';
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
} from '../../platform/tls/variables.ts';

export interface EdgeConfig {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly logLevel: string;
  readonly graphUrl: URL;
  /** Null for Node's default TLS. */
  readonly graphTls: PemFiles | null;
  /** The TLS of the edge's own server. Null for plain HTTP, behind a proxy or on this machine. */
  readonly tls: PemFiles | null;
  readonly shutdownDelayMs: number;
  readonly metrics: MetricsEndpoint;
}

/** The address on which a server listens. `npm start` reads the host for its edges, too. */
export const hostShape = { HOST: z.string().default('127.0.0.1') } as const;

export const edgeShape = {
  ...hostShape,
  PORT: port.optional(),
  GRAPH_URL: httpUrl('must be the http or https URL of the graph'),
  ...processShape,
  ...metricsShape,
  ...serverTlsShape,
  ...clientTlsShape('GRAPH'),
  ...verificationShape,
} as const;
type EdgeEnvironment = z.infer<z.ZodObject<typeof edgeShape>>;

export const edgeIssues = (env: EdgeEnvironment): readonly VariableIssue[] => [
  ...serverTlsIssues(env),
  ...clientTlsIssues('GRAPH', env, ['GRAPH_URL']),
  ...verificationIssues(env),
];

/** @param defaultPort the port if `PORT` is not set */
export const edgeConfigOf = (env: EdgeEnvironment, defaultPort: number): EdgeConfig => ({
  host: env.HOST,
  port: env.PORT ?? defaultPort,
  logLevel: env.LOG_LEVEL,
  graphUrl: new URL(env.GRAPH_URL),
  graphTls: clientTlsOf('GRAPH', env),
  tls: serverTlsOf(env),
  shutdownDelayMs: shutdownDelayMs(env.SHUTDOWN_DELAY_MS, env.NODE_ENV === 'production'),
  metrics: metricsEndpoint(env, env.NODE_ENV === 'production'),
});

export interface StateConfig {
  /** The URL of a PostgreSQL database; null for SQLite in `dataDir`. */
  readonly databaseUrl: URL | null;
  readonly databaseTls: PemFiles | null;
  /** Whether the process creates missing tables at its start. */
  readonly migrates: boolean;
  readonly dataDir: string;
}

export const stateShape = {
  DATABASE_URL: databaseUrl.optional(),
  DATA_DIR: z.string().default('.data'),
  MIGRATE_AT_START: migrateAtStart,
  // How PostgreSQL connections use TLS, as for libpq. The package `pg` reads this variable, too.
  PGSSLMODE: z.string().optional(),
  ...clientTlsShape('JOURNAL'),
} as const;
type StateEnvironment = z.infer<z.ZodObject<typeof stateShape>> & Pick<EdgeEnvironment, 'NODE_ENV'>;

export const stateIssues = (env: StateEnvironment): readonly VariableIssue[] =>
  databaseTlsIssues('JOURNAL', 'DATABASE_URL', env);

export const stateConfigOf = (env: StateEnvironment): StateConfig => ({
  databaseUrl: env.DATABASE_URL === undefined ? null : new URL(env.DATABASE_URL),
  databaseTls: clientTlsOf('JOURNAL', env),
  migrates: env.MIGRATE_AT_START === undefined ? env.NODE_ENV !== 'production' : env.MIGRATE_AT_START === '1',
  dataDir: env.DATA_DIR,
});
