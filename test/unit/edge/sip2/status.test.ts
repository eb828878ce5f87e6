/**
 * Field BX of message 98 lists the messages that a terminal may send. The list for each profile must fit the answers
 * that its terminals get.
 */
import { expect, test } from 'vitest';
import { answer } from '../../../../edge/sip2/answers/index.ts';
import { MessageReference } from '../../../../edge/sip2/last-message.ts';
import { parseRequest } from '../../../../edge/sip2/protocol/request.ts';
import { screenMessage } from '../../../../edge/sip2/screen-messages.ts';
import type { Terminal } from '../../../../edge/sip2/terminals/terminals.ts';
import * as messages from '../../../support/sip2/messages.ts';

const reader = { patron: '21852000000033' };
const item = '31852000000494';

const common = {
  name: 'terminal',
  login: null,
  addresses: null,
  certificate: null,
  timeoutSeconds: 3,
} as const;
const ofStation = {
  branch: null,
  smartIdFields: null,
  sortBins: {},
  lists: null,
  lendsOffline: false,
  takesPayments: false,
} as const;
const terminals: readonly Terminal[] = [
  { ...common, ...ofStation, profile: 'station', charset: 'utf-8', language: 'en' },
  { ...common, profile: 'e-book', charset: 'utf-8', language: 'en', pseudonymField: 'ZP' },
];

/** The messages in the standard's order. Null for resend and login, which the connection answers. */
const inOrder = [
  messages.patronStatus(reader),
  messages.checkOut({ ...reader, item }),
  messages.checkIn({ item }),
  messages.blockPatron(reader),
  messages.scStatus(),
  null,
  null,
  messages.patronInformation(reader),
  messages.endSession(reader),
  messages.feePaid(reader),
  messages.itemInformation(item),
  messages.itemStatusUpdate(item),
  messages.patronEnable(reader),
  messages.hold({ ...reader, mode: '+' }),
  messages.renew({ ...reader, item }),
  messages.renewAll(reader),
];

/** The fields of the answer while the graph doesn't answer. */
async function fieldsOf(message: string, terminal: Terminal) {
  const request = parseRequest(Buffer.from(message), 'utf-8');
  if (typeof request === 'string') {
    throw new Error(`${message} is ${request}`);
  }
  const { response } = await answer(request, {
    terminal,
    institution: 'DEMO',
    libraryName: 'Library',
    isSecure: false,
    isOnLine: true,
    reference: new MessageReference(),
    remainingMs: () => 0,
    now: () => new Date(0),
    ask: async () => null,
  });
  return new Map(response.fields);
}

test.each(terminals)(
  'BX for the profile $profile has N for each message that is refused, and Y for all others',
  async (terminal) => {
    const refusal = screenMessage('NOT_SUPPORTED', 'en');
    const answers = await Promise.all(
      inOrder.map(async (message) => {
        const isRefused = message !== null && (await fieldsOf(message, terminal)).get('AF') === refusal;
        return isRefused ? 'N' : 'Y';
      }),
    );
    expect(answers).toContain('N');
    expect((await fieldsOf(messages.scStatus(), terminal)).get('BX')).toBe(answers.join(''));
  },
);
