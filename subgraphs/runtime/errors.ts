import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import { systems } from '../../platform/systems.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { requestIds } from '../../platform/telemetry/request-scope.ts';
import { OperationLost, PlacesClosed, StoreUnavailable } from '../../store/store-unavailable.ts';
import { errorTexts } from '../library/errors/error-texts.ts';
import { LocalizedError } from '../library/errors/localized-error.ts';
import type { Language, Localized } from '../library/language.ts';
import type { ServiceObserver } from '../observer.ts';

/** The subject of a sentence about a legacy system. If the name ends with “system”, the word is not repeated. */
function subjectOf({ system }: UpstreamError): Localized {
  const entry = systems.find(({ name }) => name === system);
  return {
    en: system.endsWith(' system') ? `The ${system}` : `The ${system} system`,
    'zh-Hant': entry?.chineseName ?? system,
  };
}

/** For each reason why a legacy system gave no usable answer: the code that clients get, and the end of the message. */
const upstream = {
  timeout: { code: 'UPSTREAM_TIMEOUT', en: 'did not answer in time', 'zh-Hant': '未能及時回應' },
  unreachable: { code: 'UPSTREAM_UNAVAILABLE', en: "can't be reached", 'zh-Hant': '暫時未能連接' },
  overloaded: {
    code: 'UPSTREAM_OVERLOADED',
    en: 'has too many requests waiting',
    'zh-Hant': '輪候的要求過多',
  },
  'over-share': {
    code: 'UPSTREAM_OVERLOADED',
    en: 'has too many of your requests waiting',
    'zh-Hant': '正有你過多的要求在輪候',
  },
  busy: { code: 'UPSTREAM_UNAVAILABLE', en: 'is busy or under maintenance', 'zh-Hant': '繁忙或正在維修' },
  'invalid-response': {
    code: 'UPSTREAM_INVALID_RESPONSE',
    en: 'gave an answer that makes no sense',
    'zh-Hant': '的回應無法使用',
  },
  unauthorized: {
    code: 'UPSTREAM_UNAVAILABLE',
    en: 'does not let this service in',
    'zh-Hant': '不接納此服務的連接',
  },
  rejected: { code: 'UPSTREAM_REJECTED', en: 'refused the request', 'zh-Hant': '拒絕了要求' },
  unencodable: {
    code: 'BAD_USER_INPUT',
    en: "can't store what was given",
    'zh-Hant': '不能儲存所填的資料',
  },
  cancelled: { code: 'UPSTREAM_CANCELLED', en: 'was not waited for', 'zh-Hant': '的回應未有等候' },
  'outcome-unknown': {
    code: 'UPSTREAM_OUTCOME_UNKNOWN',
    en: 'did not say whether it did what it was asked',
    'zh-Hant': '未有說明是否已完成要求',
  },
} as const satisfies Record<UpstreamReason, Localized & { readonly code: string }>;

export interface ErrorLog {
  warn(details: Record<string, unknown>, message: string): void;
  error(details: Record<string, unknown>, message: string): void;
}

/** The log of a process. It also has lines about the progress of long work. */
export interface ProcessLog extends ErrorLog {
  info(details: Record<string, unknown>, message: string): void;
}

/** The prefix of every log line on which somebody must act on the same day. docs/runbook.md lists these lines. */
const alarmPrefix = 'ALARM: ';

/** A log whose alarms are also reported to `observer`. */
export const tellAlarms = (log: ProcessLog, observer: ServiceObserver): ProcessLog => ({
  info: (details, message) => log.info(details, message),
  warn: (details, message) => log.warn(details, message),
  error(details, message) {
    if (message.startsWith(alarmPrefix)) {
      observer.alarmed?.();
    }
    log.error(details, message);
  },
});

/**
 * Whether a legacy system or a database gave no usable answer. The error's message names the system and the reason, and
 * quotes no value.
 */
export const isUnavailable = (error: unknown): error is UpstreamError | StoreUnavailable =>
  error instanceof UpstreamError || error instanceof StoreUnavailable;

/**
 * Logs the failure of work in the background. The work is tried again. If a system gave no usable answer, the line
 * is a warning. Any other error is logged with the message `unforeseen`, and without its own message.
 */
export function reportFailure(
  log: ErrorLog,
  error: unknown,
  unforeseen: string,
  details: Readonly<Record<string, string>> = {},
): void {
  if (isUnavailable(error)) {
    log.warn(details, error.message);
  } else {
    log.error({ ...details, ...describeError(error) }, unforeseen);
  }
}

/** The facts about a request that an error's text depends on. */
export interface Asked {
  readonly language: Language;
  readonly isMutation: boolean;
}

/**
 * Converts an error for clients: a code, a message for people in the caller's language, and the path. An unexpected
 * error is logged, and clients don't see its details.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  { language, isMutation }: Asked,
  log: ErrorLog,
): GraphQLFormattedError {
  const path = formatted.path === undefined ? {} : { path: formatted.path };
  const original = originalOf(error);
  // Only the root field of a mutation makes a change. A field of its payload is read like any other.
  const outage = outageOf(original, isMutation && (formatted.path?.length ?? 0) <= 1);
  if (outage !== null) {
    // If a call was cancelled, the client disconnected or had no more time. The system did nothing wrong.
    if (outage.code !== 'UPSTREAM_CANCELLED') {
      // The message names the system, the operation and the reason, and quotes no value.
      log[outage.level]({ ...requestIds(), path: formatted.path }, outage.logged);
    }
    const { code, lack } = outage;
    return {
      message: outage.texts[language],
      ...path,
      extensions: lack === null ? { code } : { code, lack },
    };
  }
  const { code, mayRetryAt } = formatted.extensions ?? {};
  if (original instanceof GraphQLError && typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
    // The time from which another attempt may succeed, for example after a PIN was locked.
    const extensions = { code, mayRetryAt: typeof mayRetryAt === 'string' ? mayRetryAt : undefined };
    const message = original instanceof LocalizedError ? original.texts[language] : formatted.message;
    return { message: withoutValue(message), ...path, extensions };
  }
  if (original instanceof GraphQLError && original.originalError === undefined && isAboutArgument(original)) {
    // The error is from graphql-js itself, for example about an argument whose variable is null. Its message may quote
    // a value.
    const [, name] = /^Argument "(\w+)"/.exec(formatted.message) ?? [];
    const argument = name === undefined ? 'An argument' : `The argument \`${name}\``;
    return { message: `${argument} has an invalid value.`, ...path, extensions: { code: 'BAD_USER_INPUT' } };
  }
  log.error(
    { ...requestIds(), ...describeError(original), path: formatted.path },
    'unforeseen error in a resolver',
  );
  return {
    message: errorTexts.UNFORESEEN[language],
    ...path,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

/**
 * The error that was thrown. If a stream's source fails, its error is inside another error without a path. Apollo
 * doesn't unwrap that error.
 */
function originalOf(error: unknown): unknown {
  const unwrapped = unwrapResolverError(error);
  const thrown = unwrapped instanceof GraphQLError ? unwrapped.originalError : null;
  return isUnavailable(thrown) ? thrown : unwrapped;
}

/** The error that clients get if a system or a database gave no usable answer, and the form of its log line. */
interface Outage {
  readonly code: string;
  /** `caller` if only this caller gets no answer, because too many of its requests wait. Null otherwise. */
  readonly lack: 'caller' | null;
  readonly texts: Localized;
  readonly level: keyof ErrorLog;
  readonly logged: string;
}

/**
 * The outage that an error means. Null for any other error.
 * @param isChange true for a failed change, which may have been made nevertheless; false for a reading
 */
function outageOf(error: unknown, isChange: boolean): Outage | null {
  if (error instanceof UpstreamError) {
    const { code, ...says } = upstream[error.reason];
    const subject = subjectOf(error);
    const texts = {
      en: `${subject.en} ${says.en}.`,
      'zh-Hant': `${subject['zh-Hant']}${says['zh-Hant']}。`,
    };
    const lack = error.reason === 'over-share' ? 'caller' : null;
    return { code, lack, texts, level: 'warn', logged: error.message };
  }
  if (!(error instanceof StoreUnavailable)) {
    return null;
  }
  const logged = error.message;
  if (error instanceof PlacesClosed) {
    return { code: 'FEED_NOT_FOLLOWED', lack: null, texts: errorTexts.PLACES_CLOSED, level: 'warn', logged };
  }
  return error instanceof OperationLost
    ? { code: 'OPERATION_LOST', lack: null, texts: errorTexts.OPERATION_LOST, level: 'error', logged }
    : {
        code: 'JOURNAL_UNAVAILABLE',
        lack: null,
        texts: isChange ? errorTexts.CHANGE_UNRECORDED : errorTexts.RECORDS_UNREADABLE,
        level: 'error',
        logged,
      };
}

/**
 * Whether graphql-js could not coerce an argument. The error then has the argument's `nodes` in the document. If
 * graphql-js could not serialize a result, the error has no `nodes`. Such a result is a mistake of this program, for
 * example an enum value that the schema doesn't have.
 */
const isAboutArgument = ({ nodes }: GraphQLError): boolean => nodes !== undefined;

/** Removes the value that graphql-js quotes in messages about variables (R30). */
function withoutValue(message: string): string {
  const variable = /^Variable "\$\w+"/.exec(message);
  return variable === null ? message : `${variable[0]} got an invalid value.`;
}
