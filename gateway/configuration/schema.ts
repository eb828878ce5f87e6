import { z } from 'zod';
import { isLoopbackName } from '../../platform/lifecycle/network.ts';
import { hooksSetting } from '../hooks/settings.ts';
import {
  headerValue as allowedValue,
  isRequestHeader,
  isResponseHeader,
} from '../transport/foreign/header-names.ts';
import type { RequestHeaderRule, ResponseHeaderRule } from '../transport/foreign/settings.ts';
import { streamProtocols } from '../transport/foreign/stream-settings.ts';
import { isPostgres } from '../usage/open-usage.ts';

const text = (what: string) => z.string(`must be ${what}`).min(1, `must be ${what}`);
const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number, ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
};
const flag = z.boolean('must be true or false');
const path = text('the path of a file');
const urlOf = (protocol: RegExp, error: string) =>
  z
    .url({ protocol, error, abort: true })
    .transform((url) => new URL(url))
    // A user and a password in the URL would appear in messages. A header rule can send them instead.
    .refine(({ username, password }) => username === '' && password === '', 'must have no user and password');
const httpUrl = urlOf(/^https?$/, 'must be an http or https URL');
const streamUrl = urlOf(/^(http|ws)s?$/, 'must be an http, https, ws or wss URL');
const notAnObject = 'must be an object';

const headerName = (isAllowed: (name: string) => boolean) =>
  z
    .string('must be the name of a header')
    .toLowerCase()
    .refine(isAllowed, 'must be the name of a header, and not one that the gateway itself decides about');
const requestHeader = headerName(isRequestHeader);
const responseHeader = headerName(isResponseHeader);
const headerValue = z.string('must be a text').regex(allowedValue, 'must be one line of ASCII characters');

/** One schema for all kinds of rules, because the error of a union of schemas doesn't say what is wrong. */
const requestHeaderRule = z
  .strictObject(
    {
      propagate: requestHeader.optional(),
      rename: requestHeader.optional(),
      default: headerValue.optional(),
      insert: requestHeader.optional(),
      value: headerValue.optional(),
      claim: text('the name of a claim').optional(),
      remove: requestHeader.optional(),
    },
    notAnObject,
  )
  .transform(({ propagate, rename, default: fallback, insert, value, claim, remove }, context) => {
    const given = Object.entries({ propagate, rename, default: fallback, insert, value, claim, remove })
      .filter(([, setting]) => setting !== undefined)
      .map(([name]) => name);
    const has = (needed: string, ...allowed: string[]) =>
      given.includes(needed) && given.every((name) => name === needed || allowed.includes(name));
    if (propagate !== undefined && has('propagate', 'rename', 'default')) {
      const name = rename ?? propagate;
      return { kind: 'propagate', name, of: propagate, fallback: fallback ?? null } as const;
    }
    if (insert !== undefined && value !== undefined && has('insert', 'value')) {
      return { kind: 'insert', name: insert, value } as const;
    }
    if (insert !== undefined && claim !== undefined && has('insert', 'claim')) {
      return { kind: 'claim', name: insert, claim } as const;
    }
    if (remove !== undefined && has('remove')) {
      return { kind: 'remove', name: remove } as const;
    }
    const forms = '`propagate` (with `rename` or `default`), `insert` with `value` or `claim`, or `remove`';
    context.addIssue({ code: 'custom', message: `must have either ${forms}` });
    return z.NEVER;
  }) satisfies z.ZodType<RequestHeaderRule>;

const responseHeaderRule = z
  .strictObject(
    {
      propagate: responseHeader,
      rename: responseHeader.optional(),
      join: z.enum(['first', 'last', 'append'], 'must be first, last or append').default('last'),
    },
    notAnObject,
  )
  .transform(({ propagate, rename, join }) => ({
    name: rename ?? propagate,
    of: propagate,
    join,
  })) satisfies z.ZodType<ResponseHeaderRule>;

/** The number of rules is limited, because each rule costs time in each request. */
const rules = <Rule extends z.ZodType>(rule: Rule) =>
  z.array(rule, 'must be a list of rules').max(100, 'must have 100 rules at most').optional();

const sharedShape = {
  timeoutMs: wholeNumber(1, 600_000).optional(),
  retries: wholeNumber(0, 10).optional(),
  connections: wholeNumber(1, 10_000).optional(),
  circuitBreaker: z
    .strictObject({ failures: wholeNumber(1, 10_000), openMs: wholeNumber(100, 600_000) }, notAnObject)
    .optional(),
  tlsDir: text('the path of a folder').optional(),
  headers: z
    .strictObject({ request: rules(requestHeaderRule), response: rules(responseHeaderRule) }, notAnObject)
    .optional(),
  shareInFlight: flag.optional(),
  acceptCompressed: flag.optional(),
  subscriptions: z
    .strictObject(
      {
        protocol: z.enum(streamProtocols, `must be ${streamProtocols.join(' or ')}`),
        url: streamUrl.optional(),
        silenceMs: wholeNumber(100, 600_000).optional(),
        connections: wholeNumber(1, 100_000).optional(),
        share: flag.optional(),
      },
      notAnObject,
    )
    .refine(({ protocol, url }) => protocol !== 'sse' || !url?.protocol.startsWith('ws'), {
      error: 'must be an http or https URL for the protocol sse',
      path: ['url'],
    })
    .optional(),
} as const;

/** A path as a string means the same as an object whose only member is `file`. */
const supergraph = z.preprocess(
  (value) => (typeof value === 'string' ? { file: value } : value),
  z
    .strictObject(
      {
        file: path.optional(),
        url: httpUrl.optional(),
        headers: z
          .record(requestHeader, headerValue, {
            error: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : notAnObject),
          })
          .default({}),
        pollIntervalMs: wholeNumber(100, 3_600_000).default(10_000),
        signatureKeyFile: path.optional(),
      },
      'must be the path of a file, or an object with a `url`',
    )
    .transform(({ file, url, signatureKeyFile = null, ...others }, context) => {
      if (file !== undefined) {
        return { kind: 'file', file } as const;
      }
      if (url === undefined || (signatureKeyFile === null && !isPrivate(url))) {
        const message = 'must be https, or on this machine, or have a `signatureKeyFile`';
        context.addIssue({ code: 'custom', message, path: ['url'] });
        return z.NEVER;
      }
      return { kind: 'address', url, signatureKeyFile, ...others } as const;
    })
    .optional(),
);

/** Whether the answers from this URL are safe from changes on the network. */
const isPrivate = ({ protocol, hostname }: URL) => protocol === 'https:' || isLoopbackName(hostname);

const databaseForms = 'the URL of a PostgreSQL, or the path of a file';
/** A scheme has two characters at least, because a single letter before the colon is a drive of Windows. */
const urlScheme = /^[a-z][a-z0-9+.-]+:/i;

const tagName = /^[_A-Za-z][_0-9A-Za-z/-]*$/;

/** The form of a configuration file. `types.ts` describes it for its authors. */
export const configurationSchema = z.strictObject(
  {
    supergraph,
    all: z.strictObject(sharedShape, notAnObject).default({}),
    subgraphs: z
      .record(
        z.string(),
        z.strictObject({ url: httpUrl.optional(), ...sharedShape }, notAnObject),
        notAnObject,
      )
      .default({}),
    publicTag: z
      .string('must be the name of a @tag')
      .regex(tagName, 'must be the name of a @tag: letters, digits, _, - and /')
      .optional(),
    joinCacheControl: flag.default(false),
    maxFields: wholeNumber(1, 999_999).optional(),
    hooks: hooksSetting.default({}),
    usageDatabase: text(databaseForms)
      .refine((database) => isPostgres(database) || !urlScheme.test(database), `must be ${databaseForms}`)
      .optional(),
  },
  'must be an object: export default { … }',
);

export type ParsedConfiguration = z.output<typeof configurationSchema>;
