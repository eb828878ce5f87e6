/** The variables of TLS. docs/configuration.md has their table. */
import { z } from 'zod';
import type { VariableIssue } from '../lifecycle/environment.ts';
import { filesIn, type PemFiles, serverFilesIn } from './files.ts';

type Shape<Name extends string> = Readonly<Record<Name, z.ZodOptional<z.ZodString>>>;
type Values = Readonly<Record<string, unknown>>;

const text = z.string().optional();
type ClientVariable<Prefix extends string> = `${Prefix}_TLS_DIR`;
const clientVariable = (prefix: string): string => `${prefix}_TLS_DIR`;

/** The TLS variable for connections to one system, such as `PRS_TLS_DIR`, as a property for a Zod object. */
export const clientTlsShape = <Prefix extends string>(prefix: Prefix): Shape<ClientVariable<Prefix>> =>
  ({ [clientVariable(prefix)]: text }) as Shape<ClientVariable<Prefix>>;

/**
 * The TLS files for connections to one system. Null if the variable is not set: then Node's defaults are used, with
 * Node's certificate authorities.
 */
export function clientTlsOf(prefix: string, values: Values): PemFiles | null {
  const variable = clientVariable(prefix);
  const folder = textOf(variable, values);
  return folder === undefined ? null : filesIn(variable, folder);
}

/**
 * Finds URLs without https for a system with configured TLS. Without this error, the system would be called
 * unencrypted. `urls` are the names of the variables with the URLs.
 */
export function clientTlsIssues(
  prefix: string,
  values: Values,
  urls: readonly string[],
): readonly VariableIssue[] {
  const variable = clientVariable(prefix);
  return textOf(variable, values) === undefined
    ? []
    : urls
        .filter((url) => textOf(url, values)?.startsWith('https:') === false)
        .map((url) => ({ name: url, message: `must be https where ${variable} is set` }));
}

export const databaseUrl = z.url({
  protocol: /^postgres(?:ql)?$/,
  error: 'must be a postgresql:// URL',
});

/**
 * Finds errors in the TLS variables of a database. `urlVariable` is the name of the variable with the URL. TLS must be
 * configured in one place only: in the URL, or by the variable that begins with `prefix`. In production the certificate
 * must be verified. `PGSSLMODE` is checked, too, because pg reads this variable of libpq.
 */
export function databaseTlsIssues(
  prefix: string,
  urlVariable: string,
  values: Values,
): readonly VariableIssue[] {
  const issues: VariableIssue[] = [];
  const url = textOf(urlVariable, values) ?? '';
  const parameters = URL.parse(url)?.searchParams ?? new URLSearchParams();
  const about = [...parameters.keys()].filter((name) => /^(?:ssl|uselibpqcompat)/.test(name));
  if (about.length > 0 && clientTlsOf(prefix, values) !== null) {
    const message = `has ${about.join(', ')}: where ${clientVariable(prefix)} is set, it says all of it`;
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
export const serverTlsShape = { TLS_DIR: text, TLS_CLIENT_CA_FILE: text } as const;

/** The TLS files of a process's own server. Null if the server runs without TLS. */
export function serverTlsOf(values: Values): PemFiles | null {
  const folder = textOf('TLS_DIR', values);
  const authorities = textOf('TLS_CLIENT_CA_FILE', values);
  return folder === undefined
    ? null
    : {
        ...serverFilesIn('TLS_DIR', folder),
        ca: authorities === undefined ? null : { variable: 'TLS_CLIENT_CA_FILE', path: authorities },
      };
}

/** Without this error, a server with a forgotten TLS_DIR would accept clients without TLS or a certificate. */
export const serverTlsIssues = (values: Values): readonly VariableIssue[] =>
  textOf('TLS_CLIENT_CA_FILE', values) !== undefined && textOf('TLS_DIR', values) === undefined
    ? [{ name: 'TLS_DIR', message: 'is required where TLS_CLIENT_CA_FILE is set' }]
    : [];

/**
 * Node's own switch that turns off verification for all connections of a process. Nobody may use it in production. Our
 * own connections require a valid certificate in any case, but connections of libraries don't.
 */
export const verificationShape = { NODE_TLS_REJECT_UNAUTHORIZED: text } as const;

export function verificationIssues(values: Values): readonly VariableIssue[] {
  return values.NODE_ENV === 'production' && values.NODE_TLS_REJECT_UNAUTHORIZED === '0'
    ? [{ name: 'NODE_TLS_REJECT_UNAUTHORIZED', message: 'must not be 0 in production' }]
    : [];
}

function textOf(name: string, values: Values): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
