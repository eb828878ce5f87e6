/** The environment of `npm run start:sign-in`. docs/configuration.md has the table. */
import { z } from 'zod';
import {
  defineEnvironment,
  httpUrl,
  productionIssues,
  proxyList,
} from '../../platform/lifecycle/environment.ts';
import { type SecretValues, secretValues } from '../../platform/lifecycle/secrets.ts';
import {
  type EdgeConfig,
  edgeConfigOf,
  edgeIssues,
  edgeShape,
  hostShape,
  type StateConfig,
  stateConfigOf,
  stateIssues,
  stateShape,
} from '../server/config.ts';
import { themeShape } from '../theme/theme.ts';

export interface SignInConfig extends EdgeConfig, StateConfig {
  /** The URL that browsers and relying parties use. Null for `/sign-in` at `host` and `port`. */
  readonly url: URL | null;
  readonly clientsFile: string;
  readonly themeFile: string;
  /** The secrets that seal the state. */
  readonly secrets: SecretValues;
  /** The addresses and networks of the library's own computers. Null if none are configured. */
  readonly libraryAddresses: readonly string[] | null;
  readonly trustedProxies: readonly string[];
}

export const defaultSignInPort = 4004;

const publicUrl = httpUrl().refine((text) => {
  const { pathname, search, hash, username } = new URL(text);
  const isPlain = search === '' && hash === '' && username === '';
  return isPlain && /^(?:\/[\w-]+)+$/.test(pathname);
}, 'must have a path such as /sign-in, without a slash at its end, and nothing behind it');

const environmentShape = {
  ...themeShape,
  SIGN_IN_URL: publicUrl.optional(),
  SIGN_IN_CLIENTS_FILE: z.string('must be the path of a file that lists the clients'),
  SIGN_IN_SECRET: secretValues('is required: the state is sealed with it'),
  LIBRARY_ADDRESSES: proxyList.optional(),
  TRUSTED_PROXIES: proxyList.default([]),
  ...edgeShape,
  ...stateShape,
} as const;

const environment = defineEnvironment(environmentShape, ['SIGN_IN_SECRET', 'DATABASE_URL'], (values) => [
  ...edgeIssues(values),
  ...stateIssues(values),
  ...productionIssues(values, ['SIGN_IN_URL'], []),
]);

export const signInVariables = environment.variables;

/** @throws Error whose message names the variables that are missing or wrong. */
export function readSignInConfig(env: NodeJS.ProcessEnv): SignInConfig {
  const values = environment.read(env);
  return {
    ...edgeConfigOf(values, defaultSignInPort),
    ...stateConfigOf(values),
    url: values.SIGN_IN_URL === undefined ? null : new URL(values.SIGN_IN_URL),
    clientsFile: values.SIGN_IN_CLIENTS_FILE,
    themeFile: values.LIBRARY_THEME,
    secrets: values.SIGN_IN_SECRET,
    libraryAddresses: values.LIBRARY_ADDRESSES ?? null,
    trustedProxies: values.TRUSTED_PROXIES,
  };
}

/** The sign-in settings that `npm start` needs. `clientsFile` is null for the demonstration's clients. */
export interface EmbeddedSignInConfig extends Pick<SignInConfig, 'host' | 'port' | 'themeFile'> {
  readonly clientsFile: string | null;
}

const embedded = defineEnvironment({
  ...hostShape,
  ...themeShape,
  SIGN_IN_CLIENTS_FILE: z.string().optional(),
});

export const embeddedSignInVariables = embedded.variables;

/** @throws Error whose message names the variables that are wrong. */
export function readEmbeddedSignInConfig(env: NodeJS.ProcessEnv): Omit<EmbeddedSignInConfig, 'port'> {
  const { HOST, SIGN_IN_CLIENTS_FILE, LIBRARY_THEME } = embedded.read(env);
  return { host: HOST, clientsFile: SIGN_IN_CLIENTS_FILE ?? null, themeFile: LIBRARY_THEME };
}
