import type { FastifyRequest } from 'fastify';
import type { Language } from '../access/caller.ts';

/** By language range of `Accept-Language`: every English matches `en`, and every Chinese matches `zh`. */
const languages: Readonly<Record<'en' | 'zh', Language>> = { en: 'en', zh: 'zh-Hant' };

/**
 * The language of messages for people, from `Accept-Language` (RFC 9110, section 12.5.4). English where nothing matches: a
 * message in another language is better than a 406, so no request is rejected.
 */
export function negotiateLanguage(request: FastifyRequest): Language {
  if (request.headers['accept-language'] === undefined) {
    return 'en';
  }
  const range = request.accepts().language(['en', 'zh']);
  return range === 'en' || range === 'zh' ? languages[range] : 'en';
}
