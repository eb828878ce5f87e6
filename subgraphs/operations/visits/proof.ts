/**
 * A self-service station knows a patron only during the visit (decision 54). When a station has shown a card, or a
 * number with its PIN, it gets a *proof* as the patron's `id`. The proof is encrypted, made for this station, and
 * accepted for five minutes. Without a proof, a station gets no patron.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import type { Caller } from '../../runtime/caller.ts';
import { findPatronScopes } from '../../runtime/scopes.ts';
import type { AttemptCounts } from '../attempts/failure-limits.ts';
import { countVisit, stationOf } from './count-visit.ts';

/** The time within which a station may request a patron after it has shown the patron's card, in seconds. */
export const visitSeconds = 300;
/** The time by which the clocks of two processes may differ, in seconds. */
const clockToleranceSeconds = 5;

const encryption = { alg: 'dir', enc: 'A256GCM' } as const;
const nonceBytes = 12;

/** The federation key of a patron, with what the resolvers know about the visit at a station. */
export interface VisitedPatron {
  /** The patron number. */
  readonly id: string;
  /** The proof that a station has sent in this request. Absent if it has sent none. */
  readonly proof?: string;
  /** When the card was shown, if that was in an earlier request. */
  readonly shownAt?: Date;
  /** Whether the station has given the PIN, too. Absent if it has only shown a card. */
  readonly byPin?: boolean;
}

/** The parts that the contexts of all subgraphs have. */
export interface VisitContext {
  readonly caller: Caller;
  readonly services: Pick<AttemptCounts, 'attempts' | 'fingerprintKey' | 'observer'>;
}

/**
 * Whether the caller needs a proof for this patron. A station does, unless one of its scopes lets it find every patron.
 */
export const needsProof = ({ scopes, patronId }: Pick<Caller, 'scopes' | 'patronId'>, id: string): boolean =>
  scopes.has('station') && patronId !== id && !findPatronScopes.some((scope) => scopes.has(scope));

/** Whether a card that was shown at this time is no longer part of the caller's visit. */
export const isVisitOver = (caller: Caller, patronId: string, shownAt: Date): boolean =>
  needsProof(caller, patronId) && Date.now() - shownAt.getTime() > visitSeconds * 1000;

/** Resolves `Patron.id`: the patron number, or a proof for a station. */
export function shownId(
  patron: VisitedPatron,
  _args: unknown,
  context: VisitContext,
): string | Promise<string> {
  return needsProof(context.caller, patron.id) ? (patron.proof ?? beginVisit(patron, context)) : patron.id;
}

/**
 * Begins a visit, and returns its proof. For one patron, station, second and way of showing the card, the proof is
 * always the same. So a client's cache sees the same patron in a payload and in its operation. The nonce is an HMAC of
 * all that is encrypted, so no nonce is used for two texts.
 * @throws GraphQLError RATE_LIMITED if the station was shown cards of too many patrons.
 */
async function beginVisit(
  { id, shownAt = new Date(), byPin = false }: VisitedPatron,
  { caller, services }: VisitContext,
): Promise<string> {
  await countVisit(services, caller, id);
  const station = stationOf(caller);
  const shownAtSecond = Math.floor(shownAt.getTime() / 1000);
  const visit = JSON.stringify([id, station, shownAtSecond, byPin]);
  return await new EncryptJWT({ byPin })
    .setProtectedHeader(encryption)
    .setSubject(id)
    .setAudience(station)
    .setIssuedAt(shownAtSecond)
    .setInitializationVector(
      new Uint8Array(
        createHmac('sha256', keyOf(services, 'patron-graph visits nonces'))
          .update(visit)
          .digest()
          .subarray(0, nonceBytes),
      ),
    )
    .encrypt(keyOf(services));
}

/**
 * The patron of a reference, or of the argument of `Query.patron`. For a station, its `id` is the proof.
 * @throws GraphQLError FORBIDDEN for a station without a proof, with another station's proof, or after the visit.
 */
export function openReference<Reference extends { readonly id: string }>(
  reference: Reference,
  context: VisitContext,
): Reference | Promise<Reference & VisitedPatron> {
  return needsProof(context.caller, reference.id) ? openProof(reference, context) : reference;
}

async function openProof<Reference extends { readonly id: string }>(
  reference: Reference,
  { caller, services }: VisitContext,
): Promise<Reference & VisitedPatron> {
  const proof = reference.id;
  try {
    const { payload } = await jwtDecrypt(proof, keyOf(services), {
      keyManagementAlgorithms: [encryption.alg],
      contentEncryptionAlgorithms: [encryption.enc],
      requiredClaims: ['sub'],
      audience: stationOf(caller),
      maxTokenAge: visitSeconds,
      clockTolerance: clockToleranceSeconds,
    });
    return { ...reference, id: payload.sub ?? '', proof, byPin: payload.byPin === true };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) {
      throw error;
    }
    services.observer.visited?.(error instanceof errors.JWTExpired ? 'over' : 'unproven');
    throw new LocalizedError(errorTexts.CARD_NOT_SHOWN, { extensions: { code: 'FORBIDDEN' } });
  }
}

/** The key is derived from the journal's data key, so that all subgraphs have the same key. */
const keyOf = (
  { fingerprintKey }: VisitContext['services'],
  use: 'patron-graph visits' | 'patron-graph visits nonces' = 'patron-graph visits',
): Uint8Array => new Uint8Array(hkdfSync('sha256', fingerprintKey, '', use, 32));
