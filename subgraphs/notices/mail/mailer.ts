import type { Notices } from '../../../store/journal/port.ts';
import { emailFault } from '../../library/contact.ts';
import { mayBeSwitchedOff } from '../../library/optional-notices.ts';
import { allKinds } from '../kinds.ts';
import { failed } from '../sending/attempt.ts';
import type { NoticeEndpoint } from '../sending/endpoint.ts';
import { composeMail } from './compose.ts';
import type { SendMail } from './smtp.ts';

/** The name of the mail server among the endpoints. Names of webhooks are in lower case, so none has this name. */
export const mailEndpointName = 'SMTP';

export interface MailerServices {
  readonly notices: Pick<Notices, 'sealSwitchOff'>;
}

export interface MailerOptions {
  readonly from: string;
  /** The origin of the readers' pages. */
  readonly origin: URL;
  readonly send: SendMail;
}

/**
 * Delivers notices as mails to readers. Each attempt uses the address that the registry has at that time. Only the
 * notice of a changed e-mail address goes to the former address.
 */
export function openMailer(
  { notices }: MailerServices,
  { from, origin, send }: MailerOptions,
): NoticeEndpoint {
  return {
    name: mailEndpointName,
    kinds: new Set(allKinds),
    async deliver(delivery, { sentAt, language, email: currentEmail }, signal) {
      const { kind, patronId, formerEmail } = delivery;
      const email = formerEmail ?? currentEmail;
      if (email === null || !isMailAddress(email)) {
        return failed('NO_ADDRESS');
      }
      const mail = composeMail(delivery, {
        from,
        to: email,
        sentAt,
        language,
        origin,
        sealedSwitchOff: mayBeSwitchedOff[kind] ? await notices.sealSwitchOff({ patronId, kind }) : null,
      });
      return await send(mail, signal);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * Characters that are not allowed in an address. In the header of a mail, they could turn one address into several, or
 * add a name.
 */
const ofAddressLists = /[<>()[\],;:"\\]/;

const isMailAddress = (email: string): boolean => emailFault(email) === null && !ofAddressLists.test(email);
