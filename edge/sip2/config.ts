/** Reads and checks the environment of `npm run start:sip2`. docs/configuration.md has the table. */
import { z } from 'zod';
import { defineEnvironment, port, proxyList } from '../../platform/lifecycle/environment.ts';
import type { TokenConfig } from '../graph/tokens.ts';
import { type EdgeConfig, edgeConfigOf, edgeIssues, edgeShape } from '../server/config.ts';

/** SIP2 is not HTTP, so metrics need a port of their own. */
export interface Sip2Config extends EdgeConfig {
  readonly terminalsFile: string;
  readonly tokens: TokenConfig;
  /** Addresses and networks of proxies, which must speak the PROXY protocol. Null if there are none. */
  readonly trustedProxies: readonly string[] | null;
}

/** The usual port of SIP2 servers. No port is registered for SIP2. */
const defaultSip2Port = 6001;

const sip2Shape = {
  SIP2_HOST: z.string().default('127.0.0.1'),
  SIP2_PORT: port.default(defaultSip2Port),
} as const;

const environmentShape = {
  ...sip2Shape,
  SIP2_TERMINALS_FILE: z.string('must be the path of a file that lists the terminals'),
  SIP2_TOKEN_KEY_FILE: z.string('must be the path of a private key, a JWK for ES256'),
  SIP2_TOKEN_ISSUER: z.string().default('patron-graph-sip2'),
  SIP2_TOKEN_AUDIENCE: z.string().default('patron-graph'),
  TRUSTED_PROXIES: proxyList.optional(),
  ...edgeShape,
} as const;
const environment = defineEnvironment(environmentShape, [], edgeIssues);

/** The environment variables that this file reads. */
export const sip2Variables = environment.variables;

/** @throws Error whose message names every variable that is missing or wrong. */
export function readSip2Config(env: NodeJS.ProcessEnv): Sip2Config {
  const values = environment.read(env);
  return {
    ...edgeConfigOf(values, { host: values.SIP2_HOST, port: values.SIP2_PORT }),
    terminalsFile: values.SIP2_TERMINALS_FILE,
    trustedProxies: values.TRUSTED_PROXIES ?? null,
    tokens: {
      keyFile: values.SIP2_TOKEN_KEY_FILE,
      issuer: values.SIP2_TOKEN_ISSUER,
      audience: values.SIP2_TOKEN_AUDIENCE,
    },
  };
}

/** The SIP2 settings that `npm start` needs. `terminalsFile` is null for the demonstration's terminals. */
export interface EmbeddedSip2Config extends Pick<Sip2Config, 'host' | 'port'> {
  readonly terminalsFile: string | null;
}

const embedded = defineEnvironment({ ...sip2Shape, SIP2_TERMINALS_FILE: z.string().optional() });

/** The SIP2 variables that `npm start` reads. */
export const embeddedSip2Variables = embedded.variables;

/** @throws Error whose message names every variable that is wrong. */
export function readEmbeddedSip2Config(env: NodeJS.ProcessEnv): EmbeddedSip2Config {
  const { SIP2_HOST, SIP2_PORT, SIP2_TERMINALS_FILE } = embedded.read(env);
  return { host: SIP2_HOST, port: SIP2_PORT, terminalsFile: SIP2_TERMINALS_FILE ?? null };
}
