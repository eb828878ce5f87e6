/** Decides when a person must sign in or consent, and finds the grant that an earlier consent allows. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { graphResource } from '../../graph/tokens.ts';
import { personOf } from './accounts.ts';
import type { ClientOf } from './client-metadata.ts';
import { addClaims, type Consents, consentsIn } from './consents.ts';
import type { EndIfSuperseded } from './superseded-sign-ins.ts';

/**
 * Requires a new sign-in if a reader is signed in and the client is for staff, or the reverse. Also requires a new
 * sign-in after a new PIN or a lost card.
 */
export function policyFor(clientOf: ClientOf, endIfSuperseded: EndIfSuperseded) {
  const policy = interactionPolicy.base();
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('signed_in_before', 'the sign-in is over', 'login_required', (ctx) => {
      const { session, client } = ctx.oidc;
      return session?.accountId === undefined
        ? false
        : endIfSuperseded(ctx, session.accountId, clientOf(client?.clientId ?? ''), {
            session: session.uid,
            at: session.loginTs,
          });
    }),
  );
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('other_kind', 'another account is needed', 'login_required', ({ oidc }) => {
      const person = personOf(oidc.session?.accountId ?? '');
      const wanted = clientOf(oidc.client?.clientId ?? '').audience === 'staff' ? 'staff' : 'patron';
      return person !== null && person.kind !== wanted;
    }),
  );
  return policy;
}

/**
 * Finds the client's grant of this request or session, or makes one if an earlier consent covers the request. The
 * library's own clients need no consent. Undefined if there is neither a grant nor a consent, or if nobody is signed in.
 */
export async function findGrant(ctx: KoaContextWithOIDC, clientOf: ClientOf, consents: Consents) {
  const { client, session, provider, result, requestParamOIDCScopes, requestParamClaims } = ctx.oidc;
  const accountId = session?.accountId;
  if (client === undefined || session === undefined || accountId === undefined) {
    return undefined;
  }
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const own = found?.accountId === accountId && found.clientId === client.clientId ? found : undefined;
  const entry = clientOf(client.clientId);
  const { firstParty, scopes } = entry;
  const requested = [...requestParamOIDCScopes];
  const claims = [...requestParamClaims];
  const asked = consentsIn(entry, requested, claims);
  if (!firstParty && (own !== undefined || !(await consents.covers(accountId, client.clientId, asked)))) {
    return own;
  }
  const grant = own ?? new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(requested.join(' '));
  addClaims(grant, entry, claims);
  if (scopes.length > 0) {
    grant.addResourceScope(graphResource, scopes.join(' '));
  }
  await grant.save();
  return grant;
}
