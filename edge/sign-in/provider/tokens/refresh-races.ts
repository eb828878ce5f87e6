/**
 * Handles requests that use one refresh token at the same time. A service with several threads sends such requests when
 * an access token has expired. An app that lost an answer sends its request again. Only the first request uses the
 * token, and the others get the same answer. So there is still only one chain of refresh tokens. A second use after the
 * race shows that the token was stolen (RFC 9700, section 4.14.2).
 */
import { setTimeout as wait } from 'node:timers/promises';
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { z } from 'zod';
import type { SealedState } from '../../../../store/shared-state/port.ts';
import { temporarilyUnavailable, unlessTemporary } from '../errors.ts';

/** A second use of a refresh token within this time after the first one counts as a race, not as theft. In ms. */
const raceMs = 10_000;
/** How long other requests of a race wait for the answer to the first one, in ms. The first one may call the graph. */
const maxWaitMs = 5_000;
const pollMs = 50;
/** The kind of the stored answers. An answer's id is the id of the used refresh token, and its owner is the grant. */
export const refreshAnswerKind = 'RefreshAnswer';

/** Another request has just used this refresh token. */
export class AlreadyRefreshed extends errors.InvalidGrant {
  readonly tokenId: string;

  constructor(tokenId: string) {
    super('the refresh token was used a moment ago');
    this.tokenId = tokenId;
  }
}

const used = z.object({ jti: z.string(), consumed: z.number() });

/** `now` is in ms since 1970. @throws AlreadyRefreshed if the refresh token was used less than `raceMs` ago. */
export function requireNoRace(token: object, now: number): void {
  const { success, data } = used.safeParse(token);
  if (success && now - data.consumed * 1000 < raceMs) {
    throw new AlreadyRefreshed(data.jti);
  }
}

type State = Pick<SealedState, 'save' | 'find'>;

/**
 * Gives all requests that use one refresh token at the same time (a race) the answer to the first one. `now` is in ms
 * since 1970.
 */
export function shareRefreshes(provider: Provider, state: State, now: () => number): void {
  const races = new WeakMap<object, string>();
  provider.on('grant.error', (ctx, error) => {
    if (error instanceof AlreadyRefreshed) {
      races.set(ctx, error.tokenId);
    }
  });
  provider.use(async (ctx, next) => {
    await next();
    const oidc: KoaContextWithOIDC['oidc'] | undefined = ctx.oidc;
    const first = oidc?.entities.RotatedRefreshToken;
    if (first !== undefined && ctx.status === 200) {
      const answer = {
        kind: refreshAnswerKind,
        id: first.jti,
        value: { answer: ctx.body },
        expiresAt: now() + raceMs,
        ownerId: first.grantId ?? null,
        uid: null,
        maxOfKind: null,
      };
      // If the answer can't be stored, the other requests fail, but the first request still gets its tokens.
      await unlessTemporary(state.save(answer));
    }
    const tokenId = races.get(ctx);
    if (tokenId === undefined) {
      return;
    }
    const answer = await answerOf(state, tokenId);
    if (answer === null) {
      const { error, error_description, status } = temporarilyUnavailable('another request uses this token');
      ctx.status = status;
      ctx.body = { error, error_description };
    } else {
      ctx.status = 200;
      ctx.body = answer;
    }
  });
}

/**
 * Waits until the first request with this refresh token has its answer. Null if there is no answer after `maxWaitMs`.
 */
async function answerOf(state: State, tokenId: string): Promise<unknown> {
  const until = performance.now() + maxWaitMs;
  for (;;) {
    const stored = await state.find(refreshAnswerKind, tokenId);
    if (stored !== null) {
      return stored.value.answer;
    }
    if (performance.now() >= until) {
      return null;
    }
    await wait(pollMs);
  }
}
