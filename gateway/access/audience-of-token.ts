import { type Audience, scopesByAudience } from '../audiences.ts';
import type { Identity } from './caller.ts';

const audienceByScope: ReadonlyMap<string, Audience> = new Map(
  Object.entries(scopesByAudience).flatMap(([audience, scopes]) =>
    scopes.map((scope) => [scope, audience as keyof typeof scopesByAudience]),
  ),
);

/**
 * Returns the audience of a token. The token's sender sees the schema of this audience. Null means the whole graph.
 *
 * If `granted` is null:
 *
 * | the token has | audience |
 * |---|---|
 * | a patron, and no scope of the library | `reader` |
 * | scopes of one audience, and no patron | that audience |
 * | rights of several audiences, such as a patron and `station` | null |
 * | neither a patron nor a scope of the library | `reader`: somebody signed in who has no patron yet |
 *
 * If `granted` isn't null, it is the audience in the client's grant (ISSUERS_FILE). The result is this audience if the
 * token has a right of it. The audiences `reader` and `public` need no right, because everybody who is signed in may
 * see their schemas. A token without any right of the granted audience is `public`, because a configuration must not
 * show more than the token's rights allow.
 */
export function audienceOfToken(
  { patronId, scopes }: Pick<Identity, 'patronId' | 'scopes'>,
  granted: Audience | null,
): Audience | null {
  const entitled = new Set([...scopes].flatMap((scope) => audienceByScope.get(scope) ?? []));
  if (patronId !== null || entitled.size === 0) {
    entitled.add('reader');
  }
  if (granted === null) {
    const [only = null, ...others] = entitled;
    return others.length === 0 ? only : null;
  }
  return granted === 'reader' || granted === 'public' || entitled.has(granted) ? granted : 'public';
}
