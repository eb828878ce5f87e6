import type { FastifyRequest } from 'fastify';

export type Language = (typeof languages)[number];
export const languages = ['en', 'zh-Hant'] as const;

/**
 * The language that the reader chose on this site, or else the browser's first language. Every language except Chinese
 * becomes English.
 */
export function languageIn({ headers }: Pick<FastifyRequest, 'headers'>): Language {
  const chosen = /(?:^|; )language=(en|zh-Hant)(?:;|$)/.exec(headers.cookie ?? '')?.[1];
  const wanted = chosen ?? headers['accept-language'] ?? '';
  return wanted.toLowerCase().startsWith('zh') ? 'zh-Hant' : 'en';
}
