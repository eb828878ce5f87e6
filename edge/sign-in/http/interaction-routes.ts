/** The pages on which a person signs in to a service, agrees to what the service learns, or cancels. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults } from 'oidc-provider';
import { z } from 'zod';
import { graphResource } from '../../graph/tokens.ts';
import type { SignInClient } from '../clients/read-clients.ts';
import type { SignInOutcome } from '../observer.ts';
import { consentPage, signInPage } from '../pages/forms.ts';
import type { FormError, PageFrame } from '../pages/layout.ts';
import { messagePage } from '../pages/messages.ts';
import { sayIn } from '../pages/texts.ts';
import { accountIdOf, type Person } from '../provider/accounts.ts';
import { addClaims, consentsIn } from '../provider/consents.ts';
import type { SignInService } from '../service.ts';
import { showFailedTry } from './failed-try.ts';
import { pageHeaders } from './headers.ts';
import { answerSetPin } from './pin-routes.ts';
import { withIssuerHost } from './provider-routes.ts';
import { fieldOf, frameOf } from './requests.ts';

type Interaction = Awaited<ReturnType<ReturnType<SignInService['provider']>['interactionDetails']>>;

/** An authorization request for which a person must sign in, in the browser that began it. */
interface Waiting {
  readonly interaction: Interaction;
  readonly client: SignInClient;
  readonly frame: PageFrame;
  readonly at: string;
}

type Handle = (waiting: Waiting, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export function addInteractionRoutes(app: FastifyInstance, service: SignInService): void {
  const root = `${service.base}/interaction/:uid`;
  const inBrowser = (handle: Handle) => async (request: FastifyRequest, reply: FastifyReply) => {
    const waiting = await findWaiting(service, request, reply);
    if (waiting === null) {
      const page = messagePage(frameOf(request, service, null), 'EXPIRED', 'EXPIRED_TEXT');
      return reply.code(400).send(page);
    }
    reply.headers(pageHeaders([String(waiting.interaction.params.redirect_uri)]));
    return await handle(waiting, request, reply);
  };
  const finish = finishing(service);
  app.get(root, inBrowser(showPage(service)));
  app.post(root, inBrowser(signIn(service, finish)));
  app.post(`${root}/consent`, inBrowser(answerConsent(service, finish)));
  app.post(
    `${root}/cancel`,
    inBrowser((_waiting, request, reply) => finish(request, reply, { error: 'access_denied' })),
  );
  const setPin = inBrowser(({ frame, at, interaction, client }, request, reply) =>
    answerSetPin(service, request, reply, {
      client: client.id,
      frame: { ...frame, here: `${at}/pin` },
      at: `${at}/pin`,
      back: at,
      session: interaction.session?.uid,
      onSet: (person) => finish(request, reply, loginOf(person, service.now())),
    }),
  );
  app.get(`${root}/pin`, setPin);
  app.post(`${root}/pin`, setPin);
}

/**
 * Finds this browser's authorization request by the provider's cookie. Null if the request has expired or was begun in
 * another browser, or if its client is no longer in the clients file.
 */
async function findWaiting(
  service: SignInService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Waiting | null> {
  const { provider, clients, base, issuer } = service;
  withIssuerHost(request.raw.headers, issuer);
  try {
    const interaction = await provider().interactionDetails(request.raw, reply.raw);
    const { uid } = request.params as { readonly uid: string };
    const client = clients.get(String(interaction.params.client_id));
    if (interaction.uid !== uid || client === undefined) {
      return null;
    }
    const at = `${base}/interaction/${uid}`;
    return { interaction, client, at, frame: frameOf(request, service, at, interaction.params.ui_locales) };
  } catch (error) {
    if (error instanceof errors.SessionNotFound) {
      return null;
    }
    throw error;
  }
}

type Finish = (
  request: FastifyRequest,
  reply: FastifyReply,
  result: InteractionResults,
) => Promise<FastifyReply>;

const finishing =
  ({ provider }: SignInService): Finish =>
  async (request, reply, result) =>
    reply.redirect(await provider().interactionResult(request.raw, reply.raw, result), 303);

const showPage =
  ({ knownBrowsers }: SignInService): Handle =>
  async ({ interaction, client, frame, at }, request, reply) => {
    if (interaction.prompt.name === 'consent') {
      const asksAge = askedIn(interaction, client).includes('age_band');
      return reply.send(consentPage(frame, client, at, { asksAge }));
    }
    const ownDevice = knownBrowsers.mayRemember(request) ? await knownBrowsers.knows(request) : null;
    return reply.send(
      signInPage(frame, client, at, { errors: [], ownDevice, number: hintedIn(interaction) }),
    );
  };

/**
 * The card number that a client expects the reader to use. Only pushed requests may contain it, because a card number
 * must not be in a URL (R30).
 */
function hintedIn({ params, parJti }: Interaction & { readonly parJti?: string }): string | undefined {
  const { login_hint: hint } = params;
  const isNumber = typeof hint === 'string' && /^[\d ]{1,30}$/.test(hint);
  return parJti !== undefined && isNumber ? hint : undefined;
}

const claimsOf = z.record(z.string(), z.unknown()).default({});
const requestedClaims = z.object({ id_token: claimsOf, userinfo: claimsOf });

/** The claims that the request names in its parameter `claims`, which the provider has checked. */
function claimsIn({ params: { claims } }: Interaction): readonly string[] {
  const { id_token: ofToken, userinfo } = requestedClaims.parse(JSON.parse(String(claims ?? '{}')));
  return [...Object.keys(ofToken), ...Object.keys(userinfo)];
}

const askedIn = (interaction: Interaction, client: SignInClient): readonly string[] =>
  consentsIn(client, String(interaction.params.scope ?? '').split(' '), claimsIn(interaction));

/**
 * The result of a sign-in, in the provider's form. `at` is the time of the sign-in, in ms since 1970: before the PIN
 * was checked, or after a new PIN was set.
 */
const loginOf = (person: Person, at: number): InteractionResults => ({
  login: {
    accountId: accountIdOf(person),
    // `remember: false` makes a session cookie, which the browser forgets when it closes.
    remember: false,
    amr: [person.kind === 'patron' ? 'pin' : 'pwd'],
    // The time of the sign-in, in seconds. By default, the provider takes the time of the browser's next request. A
    // thief who knows the old PIN could delay that request until the PIN has changed. The sign-in would then seem to be
    // newer than the change.
    ts: Math.floor(at / 1000),
  },
});

const signIn =
  (service: SignInService, finish: Finish): Handle =>
  async ({ client, frame, at }, request, reply) => {
    const { knownBrowsers } = service;
    const startedAt = service.now();
    const say = sayIn(frame.language);
    const number = fieldOf(request.body, 'number');
    const pin = fieldOf(request.body, 'pin');
    const isOwnDevice = fieldOf(request.body, 'ownDevice') === 'yes';
    const ownDevice = knownBrowsers.mayRemember(request) ? isOwnDevice : null;
    const show = (status: number, errors: readonly FormError[]) =>
      reply.code(status).send(signInPage(frame, client, at, { errors, number, ownDevice }));
    const observe = (outcome: SignInOutcome) => service.observer.signInTried?.(client.id, 'pin', outcome);
    const missing: FormError[] = [
      ...(number === '' ? [{ field: 'number', message: say('NUMBER_MISSING') }] : []),
      ...(pin === '' ? [{ field: 'pin', message: say('PIN_MISSING') }] : []),
    ];
    if (missing.length > 0) {
      return show(422, missing);
    }
    try {
      const person = await authenticate(service, client, request, number, pin);
      const wrong = client.audience === 'staff' ? 'WRONG_STAFF' : 'WRONG';
      observe(person === null ? 'wrong' : 'signed_in');
      if (person === null) {
        return show(422, [{ field: 'number', message: say(wrong) }]);
      }
      if (person.kind === 'patron') {
        await knownBrowsers.remember(request, reply, number, isOwnDevice);
      }
      return await finish(request, reply, loginOf(person, startedAt));
    } catch (error) {
      return showFailedTry(error, reply, { say, show, observe });
    }
  };

/**
 * Checks the number and the PIN or password. Null if the person could not be authenticated. The reason is not revealed
 * (R28).
 */
async function authenticate(
  { graph, staff, knownBrowsers, addressKeys }: SignInService,
  { audience }: SignInClient,
  request: FastifyRequest,
  number: string,
  pin: string,
): Promise<Person | null> {
  if (audience === 'staff') {
    const user = staff?.authenticate(number, pin) ?? null;
    return user === null ? null : { kind: 'staff', user };
  }
  const patronId = await graph.authenticate({
    libraryCardNumber: number,
    pin,
    knownBrowser: await knownBrowsers.knows(request, number),
    ...addressKeys(request.ip),
  });
  return patronId === null ? null : { kind: 'patron', patronId };
}

const answerConsent =
  (service: SignInService, finish: Finish): Handle =>
  async ({ interaction, client, at }, request, reply) => {
    if (interaction.prompt.name !== 'consent') {
      return reply.redirect(at, 303);
    }
    const accountId = interaction.session?.accountId;
    const isGiven = fieldOf(request.body, 'answer') === 'allow' && accountId !== undefined;
    service.observer.consentAnswered?.(client.id, isGiven);
    if (!isGiven) {
      return await finish(request, reply, {
        error: 'access_denied',
        error_description: 'the reader did not agree',
      });
    }
    const { Grant } = service.provider();
    const existing = interaction.grantId === undefined ? undefined : await Grant.find(interaction.grantId);
    const grant = existing ?? new Grant({ accountId, clientId: client.id });
    const ofIdentity = askedIn(interaction, client).filter((scope) => !client.scopes.includes(scope));
    grant.addOIDCScope(ofIdentity.join(' '));
    addClaims(grant, client, claimsIn(interaction));
    if (client.scopes.length > 0) {
      grant.addResourceScope(graphResource, client.scopes.join(' '));
    }
    await service.consents.remember(accountId, client.id, ofIdentity);
    return await finish(request, reply, { consent: { grantId: await grant.save() } });
  };
