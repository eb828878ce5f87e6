/** Reads and checks the environment of `npm run start:sip2`. docs/configuration.md has the table. */
import { z } from 'zod';
import { defineEnvironment, proxyList } from '../../platform/lifecycle/environment.ts';
import { type TokenConfig, tokenAudience } from '../graph/tokens.ts';
import { type EdgeConfig, edgeConfigOf, edgeIssues, edgeShape, hostShape } from '../server/config.ts';

/** The configuration of the SIP2 server. Metrics need a port of their own, because SIP2 is not HTTP. */
export interface Sip2Config extends EdgeConfig {
  readonly terminalsFile: string;
  readonly tokens: TokenConfig;
  /** Addresses and networks of proxies, which must speak the PROXY protocol. Null if there are none. */
  readonly trustedProxies: readonly string[] | null;
}

/** The usual port of SIP2 servers. No port is registered for SIP2. */
export const defaultSip2Port = 6001;

const environmentShape = {
  SIP2_TERMINALS_FILE: z.string('must be the path of a file that lists the terminals'),
  SIP2_TOKEN_KEY_FILE: z.string('must be the path of a private key, a JWK for ES256'),
  SIP2_TOKEN_ISSUER: z.string().default('patron-graph-sip2'),
  TRUSTED_PROXIES: proxyList.optional(),
  ...edgeShape,
} as const;
const environment = defineEnvironment(environmentShape, [], edgeIssues);

export const sip2Variables = environment.variables;

/** @throws Error whose message names the variables that are missing or wrong. */
export function readSip2Config(env: NodeJS.ProcessEnv): Sip2Config {
  const values = environment.read(env);
  return {
    ...edgeConfigOf(values, defaultSip2Port),
    terminalsFile: values.SIP2_TERMINALS_FILE,
    trustedProxies: values.TRUSTED_PROXIES ?? null,
    tokens: {
      keyFile: values.SIP2_TOKEN_KEY_FILE,
      issuer: values.SIP2_TOKEN_ISSUER,
      audience: tokenAudience,
    },
  };
}

/** The SIP2 settings that `npm start` needs. `terminalsFile` is null for the demonstration's terminals. */
export interface EmbeddedSip2Config extends Pick<Sip2Config, 'host' | 'port'> {
  readonly terminalsFile: string | null;
}

const embedded = defineEnvironment({ ...hostShape, SIP2_TERMINALS_FILE: z.string().optional() });

export const embeddedSip2Variables = embedded.variables;

/** @throws Error whose message names the variables that are wrong. */
export function readEmbeddedSip2Config(env: NodeJS.ProcessEnv): Omit<EmbeddedSip2Config, 'port'> {
  const { HOST, SIP2_TERMINALS_FILE } = embedded.read(env);
  return { host: HOST, terminalsFile: SIP2_TERMINALS_FILE ?? null };
}
