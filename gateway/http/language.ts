import type { FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { Language } from '../access/caller.ts';
import type { GraphQLResult } from '../engine/request.ts';

/**
 * The language of our messages for each language range of `Accept-Language`. `en` matches every kind of English, and
 * `zh` every kind of Chinese.
 */
const languages: Readonly<Record<'en' | 'zh', Language>> = { en: 'en', zh: 'zh-Hant' };

/**
 * Returns the language of messages for people, from `Accept-Language` (RFC 9110, section 12.5.4). The default is
 * English. No request is rejected with a 406, because a message in another language is better than none.
 */
export function negotiateLanguage(request: FastifyRequest): Language {
  if (request.headers['accept-language'] === undefined) {
    return 'en';
  }
  const range = request.accepts().language(['en', 'zh']);
  return range === 'en' || range === 'zh' ? languages[range] : 'en';
}

/**
 * The gateway's messages that people may meet, in Chinese, by code. The code that makes a message doesn't know the
 * caller's language and writes English. A message about a document or the form of a request is for the program's
 * developer: it stays in English.
 */
export const chineseTexts: ReadonlyMap<unknown, string> = new Map([
  ['UNAUTHENTICATED', '登入憑證無效或已過期：請重新登入。'],
  ['AUTHENTICATION_UNAVAILABLE', '暫時未能核實登入憑證：請稍後再試。'],
  ['RATE_LIMITED', '要求過多：請於 {seconds} 秒後再試。'],
  ['UNAVAILABLE', '系統繁忙：請稍後再試。'],
  ['SUBGRAPH_UNAVAILABLE', '系統的一部分暫時未能連接：請稍後再試。'],
  ['SUBGRAPH_TIMEOUT', '系統的一部分未能及時回應：請稍後再試。'],
  ['SUBGRAPH_INVALID_RESPONSE', '系統一部分的回應無法使用。'],
  ['TOO_MANY_ERRORS', '尚有其他錯誤未有列出。'],
  ['ANSWER_TOO_LARGE', '資料過多，未能一次傳送。'],
  ['INTERNAL_SERVER_ERROR', '系統出現問題。'],
]);

/** Returns the answer, or one part of it, with the gateway's own messages in the language of the caller. */
export function inLanguage<Part extends { readonly errors?: readonly GraphQLFormattedError[] | undefined }>(
  part: Part,
  language: Language,
): Part {
  return language === 'en' || part.errors === undefined
    ? part
    : { ...part, errors: part.errors.map(inChinese) };
}

function inChinese(error: GraphQLFormattedError): GraphQLFormattedError {
  const text = isSpoken(error) ? undefined : chineseTexts.get(error.extensions?.code);
  const message = text?.replace('{seconds}', String(error.extensions?.retryAfterSeconds ?? 1));
  return message === undefined ? error : { ...error, message };
}

/**
 * Whether the message is in the caller's language already. Such a message comes from a subgraph, or says which right a
 * field requires.
 */
function isSpoken({ path, extensions }: GraphQLFormattedError): boolean {
  const { code, service } = extensions ?? {};
  return code === 'UNAUTHENTICATED'
    ? path !== undefined
    : service !== undefined && !String(code).startsWith('SUBGRAPH_');
}

/** The language of an answer, for `Content-Language`. It is English if the answer has only errors for developers. */
export function languageOf({ data, errors = [] }: GraphQLResult, language: Language): Language {
  if (errors.length === 0) {
    return data === undefined ? 'en' : language;
  }
  const isForPeople =
    Object.values(data ?? {}).some((value) => value !== null) ||
    errors.some(
      ({ message, extensions }) => chineseTexts.has(extensions?.code) || /\p{Script=Han}/u.test(message),
    );
  return isForPeople ? language : 'en';
}
