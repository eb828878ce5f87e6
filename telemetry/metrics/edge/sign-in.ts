import { Counter, type Registry } from 'prom-client';
import type { SignInObserver, SignInOutcome, SignInWay } from '../../../edge/sign-in/observer.ts';
import { LabelSet, noLabel } from '../label-set.ts';

const ways: Readonly<Record<SignInWay, true>> = { pin: true, code: true };
const outcomes: Readonly<Record<SignInOutcome, true>> = {
  signed_in: true,
  wrong: true,
  invalid: true,
  unavailable: true,
  limited: true,
};

/** The maximum number of errors with their own label. OAuth and OpenID Connect define about thirty. */
const maxErrors = 50;
/** The maximum number of grant types with their own label. Anybody may send further grant types. */
const maxGrants = 4;

/**
 * Counts events on the sign-in page and at the token endpoint. The series of sign-ins and consents begin at 0 for each
 * client in the operator's file. So Prometheus sees the first failed sign-in as an increase.
 */
export function measureSignIn(registry: Registry) {
  const registers = [registry];
  const signIns = new Counter({
    name: 'patron_graph_sign_ins_total',
    help: 'Tries to sign in. Way: pin, or a one-time code that sets one. Outcome: signed_in; wrong; invalid, of a new PIN; unavailable, where the graph gave no answer.',
    labelNames: ['client', 'way', 'outcome'],
    registers,
  });
  const consents = new Counter({
    name: 'patron_graph_sign_in_consents_total',
    help: 'Answers of readers who were asked what a service may learn.',
    labelNames: ['client', 'answer'],
    registers,
  });
  const grants = new Counter({
    name: 'patron_graph_token_grants_total',
    help: 'Requests of clients for tokens, by grant. error is empty where they got them.',
    labelNames: ['client', 'grant_type', 'error'],
    registers,
  });
  const begin = (client: string) => {
    for (const way of Object.keys(ways)) {
      for (const outcome of Object.keys(outcomes)) {
        signIns.inc({ client, way, outcome }, 0);
      }
    }
    consents.inc({ client, answer: 'allow' }, 0);
    consents.inc({ client, answer: 'deny' }, 0);
    grants.inc({ client, grant_type: 'authorization_code', error: '' }, 0);
  };
  const grantTypes = new LabelSet(maxGrants, /^(?:authorization_code|refresh_token)$/);
  const errors = new LabelSet(maxErrors, /^[a-z_]{1,40}$/);
  return {
    clientsConfigured(ids) {
      for (const client of [...ids, noLabel]) {
        begin(client);
      }
    },
    signInTried: (client, way, outcome) => signIns.inc({ client: client ?? noLabel, way, outcome }),
    consentAnswered: (client, isGiven) => consents.inc({ client, answer: isGiven ? 'allow' : 'deny' }),
    tokensRequested: (client, grantType, error) =>
      grants.inc({
        client: client ?? noLabel,
        grant_type: grantTypes.labelOf(grantType),
        error: error === null ? '' : errors.labelOf(error),
      }),
  } satisfies SignInObserver;
}
