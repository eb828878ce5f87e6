/** The variables of earlier releases that nothing reads any more. docs/upgrading-0.3.md has their table. */

interface Removed {
  readonly names: RegExp;
  readonly instead: string;
  /**
   * Whether a process refuses to start if one of these variables is set, because ignoring it would be unsafe. For
   * example, the process would run without TLS.
   */
  readonly isRefused?: boolean;
}

const removed: readonly Removed[] = [
  {
    names:
      /^MAX_(?:TOKENS|DEPTH|ROOT_FIELDS|ALIASES|DIRECTIVES|INTROSPECTION_(?:FIELDS|VALUES)|VARIABLE_(?:ITEMS|VALUES)|SUBGRAPH_BYTES|ANSWER_BYTES)$/,
    instead: 'the limit is fixed, and MAX_COST bounds operations',
  },
  { names: /^PUBLIC_CACHE_SECONDS$/, instead: 'PUBLIC_MAX_AGE_SECONDS, with 2 seconds at most' },
  {
    names: /^(?:PRS|CMS|CIRC|RPS)_(?:DEADLINE_MS|QUEUE|MAX_BYTES|BREAKER_FAILURES|BREAKER_OPEN_MS)$/,
    instead: 'LEGACY_LIMITS, for all systems',
  },
  {
    names: /^(?:PRS|CMS|CIRC|RPS|JOURNAL|RATES_DATABASE|SUBGRAPHS|GRAPH)_TLS_(?:CA_FILE|CERT_FILE|KEY_FILE)$/,
    instead: 'a folder …_TLS_DIR with ca.crt, tls.crt and tls.key',
    isRefused: true,
  },
  {
    names: /^(?:PRS|CMS|CIRC|RPS|JOURNAL|RATES_DATABASE|SUBGRAPHS|GRAPH)_TLS_SERVER_NAME$/,
    instead: 'the URL has the name of the certificate',
    isRefused: true,
  },
  {
    names: /^TLS_(?:CERT|KEY)_FILE$/,
    instead: 'a folder TLS_DIR with tls.crt and tls.key',
    isRefused: true,
  },
  { names: /^(?:[A-Z_]+_)?TLS_MIN_VERSION$/, instead: 'TLS 1.2 is the oldest version, everywhere' },
  {
    names:
      /^(?:(?:SUBGRAPH|JOURNAL|PSEUDONYM|SIGN_IN|WEB|WEB_STAFF_CLIENT|WEB_READER_CLIENT)_SECRET|(?:CMS|CIRC|RPS)_PASSWORD|(?:RATES_)?DATABASE_URL|NOTICES_SMTP_URL)_FILE$/,
    instead: 'a file in the folder SECRETS_DIR, such as journal-secret',
  },
  { names: /^(?:SIGN_IN|SIP2|WEB)_HOST$/, instead: 'HOST' },
  { names: /^(?:SIGN_IN|SIP2|WEB|PARTNER_SAMPLE)_PORT$/, instead: 'PORT of the process' },
  {
    names: /^PARTNER_SAMPLE_(?:ISSUER|CLIENT_ID|CLIENT_SECRET)$/,
    instead: 'SIGN_IN_URL, with the demonstration’s client',
  },
  { names: /^(?:PRS|CMS|CIRC|RPS)_PORT$/, instead: 'PORT of the simulators, for the first of them' },
  { names: /^METRICS_HOST$/, instead: 'HOST', isRefused: true },
  {
    names: /^CIRC_(?:GAPS_FILL_MS|LATER_CHECKS_MS)$/,
    instead: 'ALLOW_SIMULATOR_TIMES, for simulators only',
  },
  { names: /^(?:SIP2|SIGN_IN)_TOKEN_AUDIENCE$/, instead: 'the audience of all tokens is patron-graph' },
  { names: /^WEB_READER_(?:SCOPE|RESOURCE)$/, instead: 'those of the library’s own sign-in service' },
  { names: /^SIGN_IN_LIBRARY_ADDRESSES$/, instead: 'LIBRARY_ADDRESSES' },
  { names: /^WEB_STATION_ADDRESSES$/, instead: 'LIBRARY_ADDRESSES', isRefused: true },
  { names: /^SIGN_IN_DEMONSTRATION_STAFF$/, instead: 'only npm start has made-up staff' },
  { names: /^JOURNAL_SECRET_BEFORE$/, instead: 'JOURNAL_SECRET with several values' },
  { names: /^WEB_STATION_TOKEN_(?:AUDIENCE|ISSUER)$/, instead: 'the tokens of stations have fixed names' },
];

/** A removed variable that is still set. Its value is left out, because it may be a secret. */
export interface RemovedVariable {
  readonly name: string;
  readonly message: string;
  readonly isRefused: boolean;
}

export const isRemoved = (name: string): boolean => removed.some(({ names }) => names.test(name));

/** Matches the value that Kubernetes gives `WEB_PORT` if there is a service with the name `web`. */
const kubernetesPort = /^(?:tcp|udp|sctp):\/\//;

export const removedVariablesIn = (env: NodeJS.ProcessEnv): readonly RemovedVariable[] =>
  Object.keys(env)
    .filter((name) => env[name] !== '' && !kubernetesPort.test(env[name] ?? ''))
    .sort()
    .flatMap((name) =>
      removed
        .filter(({ names }) => names.test(name))
        .map(({ instead, isRefused = false }) => ({
          name,
          message: `${name} is set, and is gone since release 0.3: ${instead}`,
          isRefused,
        })),
    );
