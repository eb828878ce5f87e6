/** The page on which readers see and end their sign-ins, and the permissions that they have given to services. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { consentsClientId } from '../clients/schema.ts';
import { consentsClient } from '../own-clients.ts';
import { messagePage } from '../pages/messages.ts';
import { type Ended, type ListedService, type ListedSession, signInsPage } from '../pages/sign-ins-page.ts';
import { accountIdOf, personOf } from '../provider/accounts.ts';
import type { SignInService } from '../service.ts';
import { withIssuerHost } from './provider-routes.ts';
import { fieldOf, frameOf } from './requests.ts';

/** The reader who is signed in with this browser. */
interface Here {
  readonly accountId: string;
  /** The `uid` of the session in this browser. */
  readonly session: string;
}

export function addConsentRoutes(app: FastifyInstance, service: SignInService): void {
  const at = `${service.base}/consents`;
  const show = async (request: FastifyRequest, reply: FastifyReply, here: Here, ended: Ended | null) => {
    const [sessions, services] = await Promise.all([
      sessionsOf(service, here),
      servicesOf(service, here.accountId),
    ]);
    return reply.send(signInsPage(frameOf(request, service, at), at, { sessions, services }, ended));
  };
  app.get(at, async (request, reply) => {
    const { code, error } = request.query as Readonly<Record<string, unknown>>;
    const hasComeBack = code !== undefined || error !== undefined;
    const here = await readerOf(service, request, reply);
    if (here !== null) {
      // After the sign-in, the browser's address contains a code, or an error. The redirect removes it.
      return hasComeBack ? reply.redirect(at, 303) : await show(request, reply, here, null);
    }
    return hasComeBack
      ? reply.code(401).send(messagePage(frameOf(request, service, at), 'NOT_SIGNED_IN', 'EXPIRED_TEXT'))
      : reply.redirect(signInUrl(service, at), 303);
  });
  app.post(at, async (request, reply) => {
    const here = await readerOf(service, request, reply);
    const ended = here === null ? null : await endFor(service, here.accountId, request.body);
    return here === null || ended === null || fieldOf(request.body, 'session') === here.session
      ? reply.redirect(at, 303)
      : await show(request, reply, here, ended);
  });
}

/** Ends what the form names: a session, or the consent and the tokens of a service. Null if the form names neither. */
async function endFor(
  { clients, consents, signOuts }: SignInService,
  accountId: string,
  body: unknown,
): Promise<Ended | null> {
  const session = fieldOf(body, 'session');
  if (session !== '') {
    await signOuts.endSession(accountId, session);
    return 'session';
  }
  const client = clients.get(fieldOf(body, 'client'));
  if (client === undefined || client.id === consentsClientId) {
    return null;
  }
  await consents.forget(accountId, client.id);
  await signOuts.endAtClient(accountId, client.id);
  return client;
}

/**
 * The reader who is signed in with this browser. Null if nobody or a member of staff is signed in. Also null if a newer
 * PIN or a lost card has ended the sign-in.
 */
async function readerOf(
  { provider, issuer, endIfSuperseded }: SignInService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Here | null> {
  withIssuerHost(request.raw.headers, issuer);
  const current = provider();
  const session = await current.Session.get(current.createContext(request.raw, reply.raw));
  const person = personOf(session.accountId ?? '');
  if (person?.kind !== 'patron') {
    return null;
  }
  const accountId = accountIdOf(person);
  return (await endIfSuperseded(request, accountId, consentsClient(issuer), {
    session: session.uid,
    at: session.loginTs,
  }))
    ? null
    : { accountId, session: session.uid };
}

/** The browsers in which the reader is signed in, the latest sign-in first. */
async function sessionsOf(
  { clients, signIns }: SignInService,
  { accountId, session }: Here,
): Promise<readonly ListedSession[]> {
  const sessions = await signIns.sessionsOf(accountId);
  return sessions
    .toSorted((one, other) => other.loginTs - one.loginTs)
    .map(({ uid, loginTs, authorizations }) => ({
      uid,
      signedInAt: loginTs,
      isHere: uid === session,
      clients: Object.keys(authorizations).flatMap((id) =>
        id === consentsClientId ? [] : (clients.get(id) ?? []),
      ),
    }));
}

/**
 * The services that the reader has allowed or that have refresh tokens, in the order of the clients file. The library's
 * own clients need no consent, so they are listed only if they have refresh tokens.
 */
async function servicesOf(
  { clients, consents, signIns }: SignInService,
  accountId: string,
): Promise<readonly ListedService[]> {
  const signedInAt = await signIns.clientsOf(accountId);
  const listed = [...clients.values()].filter(({ id }) => id !== consentsClientId);
  const allowed = await Promise.all(
    listed.map(({ id, firstParty }) => !firstParty && consents.stands(accountId, id)),
  );
  return listed.flatMap((client, index) =>
    allowed[index] === true || signedInAt.has(client.id)
      ? [{ client, signedInAt: signedInAt.get(client.id) ?? null }]
      : [],
  );
}

/**
 * The URL that signs the reader in, with an ordinary authorization request. The page needs only the session, and not
 * the code that the provider returns. So the PKCE challenge is random, and nobody can exchange the code for tokens.
 */
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
