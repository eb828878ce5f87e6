import type { FastifyRequest } from 'fastify';

export type Language = (typeof languages)[number];
export const languages = ['en', 'zh-Hant'] as const;

/** What the reader chose here; else what the browser asks for. */
export function languageIn({ headers }: Pick<FastifyRequest, 'headers'>): Language {
  const chosen = /(?:^|; )language=(en|zh-Hant)(?:;|$)/.exec(headers.cookie ?? '')?.[1];
  const wanted = chosen ?? headers['accept-language'] ?? '';
  return wanted.toLowerCase().startsWith('zh') ? 'zh-Hant' : 'en';
}
