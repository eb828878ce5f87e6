import type { Journal } from './port.ts';
export async function openPostgresJournal(_options: { readonly url: string }): Promise<Journal> {
  throw new Error('not yet');
}
