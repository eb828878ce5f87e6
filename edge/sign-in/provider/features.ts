import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { graphResource } from '../../graph/tokens.ts';
import type { ClientOf } from './client-metadata.ts';
import { times } from './times.ts';

/** The pages that oidc-provider itself shows. */
export interface ProviderPages {
  error(ctx: KoaContextWithOIDC, code: string, description: string): void;
  /** `form` is the HTML of the form that signs out. Its id is `op.logoutForm`. */
  signOut(ctx: KoaContextWithOIDC, form: string): void;
  signedOut(ctx: KoaContextWithOIDC): void;
}

export function featuresOf(
  { graphAudience, pages }: { readonly graphAudience: string; readonly pages: ProviderPages },
  clientOf: ClientOf,
): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    // RFC 9126. ASP.NET Core pushes its requests whenever the provider's metadata contains the endpoint.
    pushedAuthorizationRequests: { enabled: true },
    claimsParameter: { enabled: true },
    // oidc-provider enables DPoP by default. The gateway checks no DPoP proofs.
    dPoP: { enabled: false },
    userinfo: { enabled: true },
    backchannelLogout: { enabled: true },
    // RFC 7009: a client may revoke only its own tokens. Without a policy, the provider prints a warning at each
    // start.
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => pages.signOut(ctx, form),
      postLogoutSuccessSource: (ctx) => pages.signedOut(ctx),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx, { clientId }) => (clientOf(clientId).firstParty ? graphResource : []),
      useGrantedResource: () => true,
      getResourceServerInfo(_ctx, resource, { clientId }) {
        const client = clientOf(clientId);
        if (!client.firstParty || resource !== graphResource) {
          throw new errors.InvalidTarget();
        }
        return {
          scope: client.scopes.join(' '),
          audience: graphAudience,
          accessTokenTTL: times.accessToken,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  };
}
