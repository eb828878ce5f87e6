import type { FastifyRequest } from 'fastify';
import type { Language } from '../access/caller.ts';

/** By the language ranges of `Accept-Language`: every English fits `en`, and every Chinese `zh`. */
const languages: Readonly<Record<'en' | 'zh', Language>> = { en: 'en', zh: 'zh-Hant' };

/**
 * The language to speak to people in, by `Accept-Language` (RFC 9110, section 12.5.4). English where nothing fits: a message in
 * the wrong language is better than none, so nothing is refused.
 */
export function negotiateLanguage(request: FastifyRequest): Language {
  if (request.headers['accept-language'] === undefined) {
    return 'en';
  }
  const range = request.accepts().language(['en', 'zh']);
  return range === 'en' || range === 'zh' ? languages[range] : 'en';
}
