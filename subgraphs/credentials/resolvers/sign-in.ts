/** Fields and mutations for the library's sign-in page (decision 35). `endedSignIns` is for the gateway. */
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext } from '../context.ts';
import { notRecognised } from '../rules/problem.ts';
import { type AuthenticateReaderInput, authenticateReader } from '../sign-in/authenticate-reader.ts';
import { endedSignIns as listEnded } from '../sign-in/ended-sign-ins.ts';
import { readerStanding as standingOf } from '../sign-in/reader-standing.ts';
import { type SetPinByCodeInput, setPinByCode } from '../sign-in/set-pin-by-code.ts';

const signInScopes: readonly Scope[] = ['sign-in'];

export const signInMutations = {
  async authenticateReader(
    _: unknown,
    { input }: { readonly input: AuthenticateReaderInput },
    { services, caller }: CredentialsContext,
  ) {
    requireRead(caller, null, signInScopes);
    const reader = await authenticateReader(services, caller, input);
    return { reader, problems: reader === null ? [notRecognised('WRONG_NUMBER_OR_PIN')] : [] };
  },
  setPinByCode(
    _: unknown,
    { input }: { readonly input: SetPinByCodeInput },
    { services, caller, signal }: CredentialsContext,
  ) {
    requireRead(caller, null, signInScopes);
    return setPinByCode(services, caller, input, signal);
  },
};

/** Only the gateway requests this field. It is not in the schema of clients. */
export const endedSignIns = (_: unknown, _args: unknown, { services }: CredentialsContext) =>
  listEnded(services);

export function readerStanding(
  _: unknown,
  args: { readonly patronId: string; readonly partner: string },
  { services, caller, signal, now }: CredentialsContext,
) {
  requireRead(caller, null, signInScopes);
  return standingOf(services, { ...args, now }, signal);
}
