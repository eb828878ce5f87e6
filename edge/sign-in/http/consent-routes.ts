/** The page on which readers see the services that they allow, and withdraw their consent. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SignInClient } from '../clients/read-clients.ts';
import { consentsClientId } from '../clients/schema.ts';
import { consentsClient } from '../own-clients.ts';
import { consentsPage } from '../pages/forms.ts';
import { messagePage } from '../pages/messages.ts';
import { accountIdOf, personOf } from '../provider/accounts.ts';
import type { SignInService } from '../service.ts';
import { withIssuerHost } from './provider-routes.ts';
import { fieldOf, frameOf } from './requests.ts';

export function addConsentRoutes(app: FastifyInstance, service: SignInService): void {
  const at = `${service.base}/consents`;
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    accountId: string,
    withdrawn: SignInClient | null,
  ) =>
    reply.send(
      consentsPage(frameOf(request, service.base, at), at, await allowedBy(service, accountId), withdrawn),
    );
  app.get(at, async (request, reply) => {
    const { code, error } = request.query as Readonly<Record<string, unknown>>;
    const hasComeBack = code !== undefined || error !== undefined;
    const accountId = await readerOf(service, request, reply);
    if (accountId !== null) {
      // The redirect removes the code from the browser's address.
      return hasComeBack ? reply.redirect(at, 303) : await show(request, reply, accountId, null);
    }
    return hasComeBack
      ? reply.code(401).send(messagePage(frameOf(request, service.base, at), 'NOT_SIGNED_IN', 'EXPIRED_TEXT'))
      : reply.redirect(signInUrl(service, at), 303);
  });
  app.post(at, async (request, reply) => {
    const accountId = await readerOf(service, request, reply);
    const client = service.clients.get(fieldOf(request.body, 'client'));
    if (accountId === null || client === undefined || client.firstParty) {
      return reply.redirect(at, 303);
    }
    await service.consents.forget(accountId, client.id);
    await service.signOuts.endAtClient(accountId, client.id);
    return await show(request, reply, accountId, client);
  });
}

/** The account of the reader who is signed in with this browser. Null if nobody or a member of staff is signed in. */
async function readerOf(
  { provider, issuer, endIfSuperseded }: SignInService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | null> {
  withIssuerHost(request.raw.headers, issuer);
  const current = provider();
  const session = await current.Session.get(current.createContext(request.raw, reply.raw));
  const person = personOf(session.accountId ?? '');
  if (person?.kind !== 'patron') {
    return null;
  }
  const accountId = accountIdOf(person);
  return (await endIfSuperseded(request, accountId, consentsClient(issuer), session.loginTs))
    ? null
    : accountId;
}

/**
 * The services that the reader has allowed, in the order of the clients file. The library's own clients need no
 * consent.
 */
async function allowedBy(
  { clients, consents }: SignInService,
  accountId: string,
): Promise<readonly SignInClient[]> {
  const others = [...clients.values()].filter(({ firstParty }) => !firstParty);
  const stand = await Promise.all(others.map(({ id }) => consents.stands(accountId, id)));
  return others.filter((_client, index) => stand[index]);
}

/** The URL of an ordinary authorization request. Its challenge is random, so nobody can exchange its code. */
function signInUrl({ base, issuer }: SignInService, at: string): string {
  const parameters = new URLSearchParams({
    client_id: consentsClientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: new URL(at, issuer).href,
    code_challenge: randomBytes(32).toString('base64url'),
    code_challenge_method: 'S256',
  });
  return `${base}/auth?${parameters}`;
}
