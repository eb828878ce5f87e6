import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { ServedArea } from '../service.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ProviderUnavailable } from '../sign-in/provider.ts';
import { answerError } from './answers.ts';

/** The maximum size of a body. A logout token has a few hundred bytes. */
const maxBodyBytes = 16_384;

/**
 * Adds two routes. The provider calls `signed-out` when a person's session has ended at the provider. The person's
 * session on this server then ends, too. `consents` redirects to the provider's consents page.
 */
export async function addProviderRoutes(
  app: FastifyInstance,
  { area, relyingParty, consentsUrl }: ServedArea,
  sessions: Sessions,
): Promise<void> {
  // Only the provider sends forms, so only this route parses them.
  const fromProvider: FastifyPluginAsync = async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: maxBodyBytes },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    scope.post(`${area.path}/signed-out`, async ({ body }, reply) => {
      const token = body instanceof URLSearchParams ? body.get('logout_token') : null;
      try {
        const ended = token === null ? null : await relyingParty.endedSession(token);
        if (ended === null) {
          return answerError(reply, 'BAD_REQUEST');
        }
        await sessions.endWith(ended);
        return reply.code(204).send();
      } catch (error) {
        if (error instanceof ProviderUnavailable) {
          return answerError(reply, 'UNAVAILABLE');
        }
        throw error;
      }
    });
  };
  await app.register(fromProvider);
  if (consentsUrl !== null) {
    app.get(`${area.path}/consents`, (_request, reply) => reply.redirect(consentsUrl.href, 303));
  }
}
