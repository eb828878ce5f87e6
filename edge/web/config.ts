/** Reads and checks the environment of `npm run start:web`. docs/configuration.md has the table. */
import { z } from 'zod';
import {
  defineEnvironment,
  httpOrigin,
  httpUrl,
  productionIssues,
  proxyList,
  type VariableIssue,
} from '../../platform/lifecycle/environment.ts';
import { type SecretValues, secretValues } from '../../platform/lifecycle/secrets.ts';
import { graphResource, type TokenConfig, tokenAudience } from '../graph/tokens.ts';
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
import { themeShape } from '../theme/theme.ts';
import { type AreaName, areas } from './areas.ts';

/** The client with which people sign in to one area. */
export interface AreaConfig {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly resource: string | null;
}

/** The addresses of stations, and how their tokens are signed. */
export interface StationConfig extends TokenConfig {
  /** The addresses and networks where stations may be. Null if they may be anywhere. */
  readonly addresses: readonly string[] | null;
}

export interface WebConfig extends EdgeConfig, StateConfig {
  /** The origin that browsers see. Null for the origin of `host` and `port`. */
  readonly origin: URL | null;
  readonly areas: ReadonlyMap<AreaName, AreaConfig>;
  /** Null if there are no stations. */
  readonly stations: StationConfig | null;
  /** The origin at which the SIP2 servers report the states of their terminals. Null if there is none. */
  readonly sip2: URL | null;
  readonly themeFile: string;
  /** The secrets that seal the state. */
  readonly secrets: SecretValues;
  readonly trustedProxies: readonly string[];
}

const defaultWebPort = 4005;

/** The `iss` of the tokens of stations. */
const stationIssuer = 'patron-graph-stations';

const areaNames = Object.keys(areas) as AreaName[];

const areaShape = {
  WEB_STAFF_ISSUER: httpUrl().optional(),
  WEB_STAFF_CLIENT_ID: z.string().optional(),
  WEB_STAFF_CLIENT_SECRET: z.string().optional(),
  WEB_STAFF_SCOPE: z.string().default(''),
  WEB_STAFF_RESOURCE: z.string().optional(),
  WEB_READER_ISSUER: httpUrl().optional(),
  WEB_READER_CLIENT_ID: z.string().optional(),
  WEB_READER_CLIENT_SECRET: z.string().optional(),
} as const;

const secretNames = ['WEB_SECRET', 'WEB_STAFF_CLIENT_SECRET', 'WEB_READER_CLIENT_SECRET', 'DATABASE_URL'];

const environmentShape = {
  WEB_ORIGIN: httpOrigin.optional(),
  WEB_SECRET: secretValues('is required: sessions are sealed with it'),
  ...areaShape,
  WEB_STATION_TOKEN_KEY_FILE: z.string().optional(),
  LIBRARY_ADDRESSES: proxyList.optional(),
  WEB_SIP2_URL: httpOrigin
    .startsWith('http:', 'must be http, because the port of the metrics has no TLS')
    .optional(),
  TRUSTED_PROXIES: proxyList.default([]),
  ...themeShape,
  ...edgeShape,
  ...stateShape,
} as const;
type Values = z.infer<z.ZodObject<typeof environmentShape>>;

const environment = defineEnvironment(environmentShape, secretNames, (values) => [
  ...edgeIssues(values),
  ...stateIssues(values),
  ...areaIssues(values),
  ...stationIssues(values),
  ...productionIssues(values, ['WEB_ORIGIN', ...issuersSetIn(values)], []),
]);

const areaVariables = {
  staff: {
    issuer: 'WEB_STAFF_ISSUER',
    clientId: 'WEB_STAFF_CLIENT_ID',
    secret: 'WEB_STAFF_CLIENT_SECRET',
  },
  reader: {
    issuer: 'WEB_READER_ISSUER',
    clientId: 'WEB_READER_CLIENT_ID',
    secret: 'WEB_READER_CLIENT_SECRET',
  },
} as const satisfies Readonly<Record<AreaName, Readonly<Record<string, keyof typeof areaShape>>>>;

/** An area needs all of its variables. If none of them is set, the area is not served. */
function areaIssues(values: Values): readonly VariableIssue[] {
  const issues = areaNames.flatMap((area) => {
    const { issuer, clientId, secret } = areaVariables[area];
    const needed = [issuer, clientId, secret];
    const missing = needed.filter((name) => values[name] === undefined);
    return missing.length === needed.length
      ? []
      : missing.map((name) => ({ name, message: `is required where one of ${needed.join(', ')} is set` }));
  });
  const isServed = areaNames.some((area) => values[areaVariables[area].issuer] !== undefined);
  return isServed || issues.length > 0
    ? issues
    : [{ name: 'WEB_STAFF_ISSUER', message: 'or WEB_READER_ISSUER is required: no page would be served' }];
}

/** Stations need the staff's page, on which staff enrol them. */
const stationIssues = (values: Values): readonly VariableIssue[] =>
  values.WEB_STATION_TOKEN_KEY_FILE !== undefined && values.WEB_STAFF_ISSUER === undefined
    ? [{ name: 'WEB_STAFF_ISSUER', message: 'is required for stations: staff enrol them' }]
    : [];

const issuersSetIn = (values: Values): readonly string[] =>
  areaNames.map((area) => areaVariables[area].issuer).filter((name) => values[name] !== undefined);

export const webVariables = environment.variables;

/** @throws Error whose message names the variables that are missing or wrong. */
export function readWebConfig(env: NodeJS.ProcessEnv): WebConfig {
  const values = environment.read(env);
  return {
    ...edgeConfigOf(values, defaultWebPort),
    ...stateConfigOf(values),
    origin: values.WEB_ORIGIN === undefined ? null : new URL(values.WEB_ORIGIN),
    areas: areasOf(values),
    stations: stationsOf(values),
    sip2: values.WEB_SIP2_URL === undefined ? null : new URL(values.WEB_SIP2_URL),
    themeFile: values.LIBRARY_THEME,
    secrets: values.WEB_SECRET,
    trustedProxies: values.TRUSTED_PROXIES,
  };
}

const stationsOf = (values: Values): StationConfig | null =>
  values.WEB_STATION_TOKEN_KEY_FILE === undefined
    ? null
    : {
        keyFile: values.WEB_STATION_TOKEN_KEY_FILE,
        issuer: stationIssuer,
        audience: tokenAudience,
        addresses: values.LIBRARY_ADDRESSES ?? null,
      };

function areasOf(values: Values): ReadonlyMap<AreaName, AreaConfig> {
  const served = areaNames.flatMap((area) => {
    const names = areaVariables[area];
    const { [names.issuer]: issuer, [names.clientId]: clientId, [names.secret]: clientSecret } = values;
    if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
      return [];
    }
    const client = { issuer: new URL(issuer), clientId, clientSecret };
    return [[area, { ...client, ...requestOf(area, values) }] as const];
  });
  return new Map(served);
}

/**
 * The scope and the resource that are requested from the provider. For readers they are fixed, because the readers'
 * provider is always the library's own sign-in service.
 */
const requestOf = (area: AreaName, values: Values): Pick<AreaConfig, 'scope' | 'resource'> =>
  area === 'reader'
    ? { scope: 'patron', resource: graphResource }
    : { scope: values.WEB_STAFF_SCOPE, resource: values.WEB_STAFF_RESOURCE ?? null };
