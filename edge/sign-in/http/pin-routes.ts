/** The page on which a reader sets a PIN with a one-time code from staff. */
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SetPinResult } from '../graph.ts';
import type { SignInOutcome } from '../observer.ts';
import { setPinPage } from '../pages/forms.ts';
import type { FormError, PageFrame } from '../pages/layout.ts';
import { messagePage } from '../pages/messages.ts';
import { type Say, sayIn } from '../pages/texts.ts';
import { accountIdOf, type Person } from '../provider/accounts.ts';
import type { SignInService } from '../service.ts';
import { showFailedTry } from './failed-try.ts';
import { fieldOf, frameOf } from './requests.ts';

export interface SetPinForm {
  /** The id of the client that the reader signs in to; null if there is none. */
  readonly client: string | null;
  readonly frame: PageFrame;
  readonly at: string;
  /** The path of the sign-in page to return to; null if the reader isn't signing in to a client. */
  readonly back: string | null;
  /** The id of this browser's session. A new PIN doesn't end this session. Undefined if there is none. */
  readonly session: string | undefined;
  onSet(person: Person): FastifyReply | Promise<FastifyReply>;
}

/** Adds the PIN page for readers who open the page themselves, without signing in to a service. */
export function addPinRoutes(app: FastifyInstance, service: SignInService): void {
  const at = `${service.base}/pin`;
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const frame = frameOf(request, service, at);
    return answerSetPin(service, request, reply, {
      client: null,
      frame,
      at,
      back: null,
      session: undefined,
      onSet: () => reply.send(messagePage({ ...frame, here: null }, 'PIN_IS_SET', 'PIN_IS_SET_TEXT')),
    });
  };
  app.get(at, answer);
  app.post(at, answer);
}

const outcomeOf: Readonly<Record<SetPinResult['kind'], SignInOutcome>> = {
  set: 'signed_in',
  refused: 'wrong',
  problems: 'invalid',
};

export async function answerSetPin(
  { graph, addressKeys, observer, signOuts, now }: SignInService,
  request: FastifyRequest,
  reply: FastifyReply,
  { client, frame, at, back, session, onSet }: SetPinForm,
): Promise<FastifyReply> {
  const number = fieldOf(request.body, 'number');
  const show = (status: number, errors: readonly FormError[]) =>
    reply.code(status).send(setPinPage(frame, at, back, { errors, number }));
  if (request.method === 'GET') {
    return show(200, []);
  }
  const say = sayIn(frame.language);
  const observe = (outcome: SignInOutcome) => observer.signInTried?.(client, 'code', outcome);
  const code = fieldOf(request.body, 'code');
  const newPin = fieldOf(request.body, 'newPin');
  const missing = missingIn(say, { number, code, newPin, again: fieldOf(request.body, 'newPinAgain') });
  if (missing.length > 0) {
    return show(422, missing);
  }
  try {
    const presented = { libraryCardNumber: number, code, newPin, ...addressKeys(request.ip) };
    const result = await graph.setPin(presented, frame.language);
    observe(outcomeOf[result.kind]);
    switch (result.kind) {
      case 'set': {
        const person = { kind: 'patron', patronId: result.patronId } as const;
        await signOuts.endAll(accountIdOf(person), session);
        // A new PIN ends every sign-in that began in the current second or earlier. So the reader's sign-in with the new
        // PIN must begin in the next second.
        await setTimeout(1000 - (now() % 1000));
        return await onSet(person);
      }
      case 'refused':
        return show(422, [{ field: 'number', message: say('WRONG_CODE') }]);
      case 'problems':
        return show(
          422,
          result.problems.map(({ message }) => ({ field: 'newPin', message })),
        );
    }
  } catch (error) {
    return showFailedTry(error, reply, { say, show, observe });
  }
}

interface Filled {
  readonly number: string;
  readonly code: string;
  readonly newPin: string;
  readonly again: string;
}

function missingIn(say: Say, { number, code, newPin, again }: Filled): readonly FormError[] {
  const missing: FormError[] = [];
  if (number === '') {
    missing.push({ field: 'number', message: say('NUMBER_MISSING') });
  }
  if (code === '') {
    missing.push({ field: 'code', message: say('CODE_MISSING') });
  }
  if (newPin === '') {
    missing.push({ field: 'newPin', message: say('NEW_PIN_MISSING') });
  } else if (newPin !== again) {
    missing.push({ field: 'newPinAgain', message: say('PINS_DIFFER') });
  }
  return missing;
}
