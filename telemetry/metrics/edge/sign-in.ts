import { Counter, type Registry } from 'prom-client';
import { type SignInObserver, signInOutcomes, signInWays } from '../../../edge/sign-in/observer.ts';
import { LabelSet, noLabel } from '../label-set.ts';

/** Errors of OAuth and OpenID Connect are some thirty. */
const maxErrors = 50;
/** The grants that the service gives. Anybody may ask for others. */
const maxGrants = 4;

/**
 * Counts what happens on the sign-in page and at the token endpoint. `clients`: those of the operator's file; each has its series from
 * the start, so that the first failure is an increase.
 */
export function observeSignIn(registry: Registry): (clients: readonly string[]) => SignInObserver {
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
    for (const way of signInWays) {
      for (const outcome of signInOutcomes) {
        signIns.inc({ client, way, outcome }, 0);
      }
    }
    consents.inc({ client, answer: 'allow' }, 0);
    consents.inc({ client, answer: 'deny' }, 0);
    grants.inc({ client, grant_type: 'authorization_code', error: '' }, 0);
  };
  const grantTypes = new LabelSet(maxGrants, /^(?:authorization_code|refresh_token)$/);
  const errors = new LabelSet(maxErrors, /^[a-z_]{1,40}$/);
  const observer: SignInObserver = {
    signIn: (client, way, outcome) => signIns.inc({ client: client ?? noLabel, way, outcome }),
    consent: (client, isGiven) => consents.inc({ client, answer: isGiven ? 'allow' : 'deny' }),
    grant: (client, grantType, error) =>
      grants.inc({
        client: client ?? noLabel,
        grant_type: grantTypes.labelOf(grantType),
        error: error === null ? '' : errors.labelOf(error),
      }),
  };
  return (clients) => {
    for (const client of [...clients, noLabel]) {
      begin(client);
    }
    return observer;
  };
}
