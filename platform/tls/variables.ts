/** The variables of TLS. docs/configuration.md has their table. */
import { z } from 'zod';
import type { NamedFile, PemFiles } from './files.ts';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** The TLS settings of a server, or of the connections to one system. */
export interface TlsSettings {
  readonly files: PemFiles;
  readonly minVersion: TlsVersion;
}

export interface ClientTlsSettings extends TlsSettings {
  /** The name that the system's certificate must have. If it is null, the certificate must have the host of the URL. */
  readonly serverName: string | null;
}

/** A variable with a wrong value, and the reason. */
interface TlsIssue {
  readonly name: string;
  readonly message: string;
}

type Shape<Name extends string> = Readonly<Record<Name, z.ZodOptional<z.ZodString>>>;
type Values = Readonly<Record<string, unknown>>;

const text = z.string().optional();
const version = z
  .string()
  .regex(/^TLSv1\.[23]$/, 'must be TLSv1.2 or TLSv1.3')
  .optional();
const hostName = z
  .string()
  .regex(/^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i, 'must be a host name')
  .optional();

const clientSuffixes = ['CA_FILE', 'CERT_FILE', 'KEY_FILE', 'MIN_VERSION', 'SERVER_NAME'] as const;
type ClientVariable<Prefix extends string> = `${Prefix}_TLS_${(typeof clientSuffixes)[number]}`;

/** The variables of connections to one system, such as `PRS_TLS_CA_FILE`, as properties for a Zod object. */
export function clientTlsShape<Prefix extends string>(prefix: Prefix): Shape<ClientVariable<Prefix>> {
  const schemas = {
    CA_FILE: text,
    CERT_FILE: text,
    KEY_FILE: text,
    MIN_VERSION: version,
    SERVER_NAME: hostName,
  };
  const named = clientSuffixes.map((suffix) => [`${prefix}_TLS_${suffix}`, schemas[suffix]]);
  return Object.fromEntries(named) as Shape<ClientVariable<Prefix>>;
}

/**
 * The TLS settings of connections to one system. Null if none of the variables is set: then Node's defaults are used,
 * with its certificate authorities.
 */
export function clientTlsOf(prefix: string, values: Values): ClientTlsSettings | null {
  const name = (suffix: string) => `${prefix}_TLS_${suffix}`;
  if (setVariables(prefix, values).length === 0) {
    return null;
  }
  return {
    files: {
      ca: fileOf(name('CA_FILE'), values),
      certificate: fileOf(name('CERT_FILE'), values),
      key: fileOf(name('KEY_FILE'), values),
    },
    minVersion: versionOf(name('MIN_VERSION'), values),
    serverName: textOf(name('SERVER_NAME'), values) ?? null,
  };
}

/**
 * Errors of one system's variables together: a certificate without its key, or TLS settings for a URL that isn't https.
 * Such a URL would be called unencrypted although TLS was configured. `urls` are the variables with the system's URLs.
 */
export function clientTlsIssues(
  prefix: string,
  values: Values,
  urls: readonly string[],
): readonly TlsIssue[] {
  const [first] = setVariables(prefix, values);
  if (first === undefined) {
    return [];
  }
  const issues = pairIssues(`${prefix}_TLS_`, values);
  for (const url of urls) {
    const value = textOf(url, values);
    if (value !== undefined && !value.startsWith('https:')) {
      issues.push({ name: url, message: `must be https where ${first} is set` });
    }
  }
  return issues;
}

export const databaseUrl = z.url({
  protocol: /^postgres(?:ql)?$/,
  error: 'must be a postgresql:// URL',
});

/**
 * Finds errors in the TLS variables of a database. TLS must be configured in one place only, and in production the
 * certificate must be verified. `urlVariable` has the URL. `PGSSLMODE` is a variable of libpq that pg reads, too.
 */
export function databaseTlsIssues(prefix: string, urlVariable: string, values: Values): readonly TlsIssue[] {
  const issues = [...clientTlsIssues(prefix, values, [])];
  const url = textOf(urlVariable, values) ?? '';
  const parameters = URL.parse(url)?.searchParams ?? new URLSearchParams();
  const about = [...parameters.keys()].filter((name) => /^(?:ssl|uselibpqcompat)/.test(name));
  if (about.length > 0 && clientTlsOf(prefix, values) !== null) {
    const message = `has ${about.join(', ')}: where ${prefix}_TLS_… is set, it says all of it`;
    issues.push({ name: urlVariable, message });
  }
  if (values.NODE_ENV === 'production') {
    const unverified = 'would not verify the certificate, which production requires';
    if (parameters.get('sslmode') === 'no-verify' || parameters.has('uselibpqcompat')) {
      issues.push({ name: urlVariable, message: unverified });
    }
    if (values.PGSSLMODE === 'no-verify') {
      issues.push({ name: 'PGSSLMODE', message: unverified });
    }
  }
  return issues;
}

/** The variables of a process's own server, as properties for a Zod object. */
export const serverTlsShape = {
  TLS_CERT_FILE: text,
  TLS_KEY_FILE: text,
  TLS_CLIENT_CA_FILE: text,
  TLS_MIN_VERSION: version,
} as const;

/** The TLS settings of a process's own server. Null if the server runs without TLS. */
export function serverTlsOf(values: Values): TlsSettings | null {
  const certificate = fileOf('TLS_CERT_FILE', values);
  return certificate === null
    ? null
    : {
        files: {
          certificate,
          key: fileOf('TLS_KEY_FILE', values),
          ca: fileOf('TLS_CLIENT_CA_FILE', values),
        },
        minVersion: versionOf('TLS_MIN_VERSION', values),
      };
}

/**
 * Finds errors in the TLS variables of a server. A server that should ask for certificates must not run without TLS
 * because one variable is missing.
 */
export function serverTlsIssues(values: Values): readonly TlsIssue[] {
  const issues = pairIssues('TLS_', values);
  for (const name of ['TLS_CLIENT_CA_FILE', 'TLS_MIN_VERSION']) {
    if (textOf(name, values) !== undefined && textOf('TLS_CERT_FILE', values) === undefined) {
      issues.push({ name: 'TLS_CERT_FILE', message: `is required where ${name} is set` });
    }
  }
  return issues;
}

/**
 * Node's own switch for all connections of a process. Nobody may turn off verification with it in production. Our own
 * connections require a valid certificate in any case, but those of libraries don't.
 */
export const verificationShape = { NODE_TLS_REJECT_UNAUTHORIZED: text } as const;

export function verificationIssues(values: Values): readonly TlsIssue[] {
  return values.NODE_ENV === 'production' && values.NODE_TLS_REJECT_UNAUTHORIZED === '0'
    ? [{ name: 'NODE_TLS_REJECT_UNAUTHORIZED', message: 'must not be 0 in production' }]
    : [];
}

function pairIssues(prefix: string, values: Values): TlsIssue[] {
  const certificate = `${prefix}CERT_FILE`;
  const key = `${prefix}KEY_FILE`;
  const issues: TlsIssue[] = [];
  for (const [set, missing] of [
    [certificate, key],
    [key, certificate],
  ] as const) {
    if (textOf(set, values) !== undefined && textOf(missing, values) === undefined) {
      issues.push({ name: missing, message: `is required where ${set} is set` });
    }
  }
  return issues;
}

const setVariables = (prefix: string, values: Values): string[] =>
  clientSuffixes
    .map((suffix) => `${prefix}_TLS_${suffix}`)
    .filter((name) => textOf(name, values) !== undefined);

function textOf(name: string, values: Values): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

function fileOf(variable: string, values: Values): NamedFile | null {
  const path = textOf(variable, values);
  return path === undefined ? null : { variable, path };
}

const versionOf = (name: string, values: Values): TlsVersion =>
  textOf(name, values) === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2';
