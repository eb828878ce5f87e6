/** The environment of `npm run start:sign-in`, checked. docs/configuration.md has the table. */
import { z } from 'zod';
import {
  httpUrl,
  port,
  proxyList,
  readEnvironment,
  reportIssues,
  switchedOn,
  type VariableIssue,
} from '../../platform/lifecycle/environment.ts';
import { fileVariables, type SecretValues, secretValues } from '../../platform/lifecycle/secrets.ts';
import {
  type EdgeConfig,
  edgeConfigOf,
  edgeIssues,
  edgeShape,
  type StateConfig,
  stateConfigOf,
  stateIssues,
  stateShape,
} from '../server/config.ts';

export interface SignInConfig extends EdgeConfig, StateConfig {
  /** The URL that browsers and relying parties use; null: that of `host` and `port`, below `/sign-in`. */
  readonly url: URL | null;
  readonly clientsFile: string;
  /** What the state is sealed with. */
  readonly secrets: SecretValues;
  /** `aud` of the tokens for the graph, its own and those of the library's clients. */
  readonly tokenAudience: string;
  /** Whether made-up staff accounts are accepted. */
  readonly demonstrationStaff: boolean;
  readonly trustedProxies: readonly string[];
}

const defaultSignInPort = 4004;
const secretNames = ['SIGN_IN_SECRET', 'DATABASE_URL'];

const signInShape = {
  SIGN_IN_HOST: z.string().default('127.0.0.1'),
  SIGN_IN_PORT: port.default(defaultSignInPort),
} as const;

const publicUrl = httpUrl().refine((text) => {
  const { pathname, search, hash, username } = new URL(text);
  const isPlain = search === '' && hash === '' && username === '';
  return isPlain && /^(?:\/[\w-]+)+$/.test(pathname);
}, 'must have a path such as /sign-in, without a slash at its end, and nothing behind it');

const environmentShape = z.object({
  ...signInShape,
  SIGN_IN_URL: publicUrl.optional(),
  SIGN_IN_CLIENTS_FILE: z.string('must be the path of a file that lists the clients'),
  SIGN_IN_SECRET: secretValues('is required: the state is sealed with it'),
  SIGN_IN_TOKEN_AUDIENCE: z.string().default('patron-graph'),
  SIGN_IN_DEMONSTRATION_STAFF: switchedOn,
  TRUSTED_PROXIES: proxyList.default([]),
  ...edgeShape,
  ...stateShape,
});
type Environment = z.infer<typeof environmentShape>;

const environment = environmentShape.superRefine(
  reportIssues((env) => [...edgeIssues(env), ...stateIssues(env), ...productionIssues(env)]),
);

/** PINs and codes go over this server: what is for demonstrations must not reach production. */
function productionIssues(env: Environment): readonly VariableIssue[] {
  if (env.NODE_ENV !== 'production') {
    return [];
  }
  const issues: VariableIssue[] = [];
  if (env.SIGN_IN_URL?.startsWith('https:') !== true) {
    issues.push({ name: 'SIGN_IN_URL', message: 'must be https in production' });
  }
  if (env.SIGN_IN_DEMONSTRATION_STAFF !== undefined) {
    issues.push({ name: 'SIGN_IN_DEMONSTRATION_STAFF', message: 'is not for production' });
  }
  return issues;
}

/** The names of the variables that this file reads. */
export const signInVariables: readonly string[] = [
  ...Object.keys(environmentShape.shape),
  ...fileVariables(secretNames),
];

/** @throws Error whose message names every variable that is missing or wrong. */
export function readSignInConfig(env: NodeJS.ProcessEnv): SignInConfig {
  const values = readEnvironment(environment, env, secretNames);
  return {
    ...edgeConfigOf(values, { host: values.SIGN_IN_HOST, port: values.SIGN_IN_PORT }),
    ...stateConfigOf(values),
    url: values.SIGN_IN_URL === undefined ? null : new URL(values.SIGN_IN_URL),
    clientsFile: values.SIGN_IN_CLIENTS_FILE,
    secrets: values.SIGN_IN_SECRET,
    tokenAudience: values.SIGN_IN_TOKEN_AUDIENCE,
    demonstrationStaff: values.SIGN_IN_DEMONSTRATION_STAFF !== undefined,
    trustedProxies: values.TRUSTED_PROXIES,
  };
}

/** What `npm start` takes of it. `clientsFile`: null for the made-up clients of the demonstration. */
export interface EmbeddedSignInConfig extends Pick<SignInConfig, 'host' | 'port'> {
  readonly clientsFile: string | null;
}

const embedded = z.object({ ...signInShape, SIGN_IN_CLIENTS_FILE: z.string().optional() });

/** The names of the variables of sign-in that `npm start` reads. */
export const embeddedSignInVariables: readonly string[] = Object.keys(embedded.shape);

/** @throws Error whose message names every variable that is wrong. */
export function readEmbeddedSignInConfig(env: NodeJS.ProcessEnv): EmbeddedSignInConfig {
  const { SIGN_IN_HOST, SIGN_IN_PORT, SIGN_IN_CLIENTS_FILE } = readEnvironment(embedded, env);
  return { host: SIGN_IN_HOST, port: SIGN_IN_PORT, clientsFile: SIGN_IN_CLIENTS_FILE ?? null };
}
