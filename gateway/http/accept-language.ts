import type { FastifyRequest } from 'fastify';
import type { Language } from '../access/caller.ts';

/** Language ranges of `Accept-Language`. `en` matches every kind of English, and `zh` every kind of Chinese. */
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
