import { z } from 'zod';
import type { NewPatron, Patron } from '../../../adapters/patrons/port.ts';
import { Refused } from '../../procedure.ts';
import type { CardTask } from '../desk.ts';
import { problem } from '../rules/problem.ts';

const known = z.string().nullable();
/** A stranger to register, as it is kept until that is done. */
export const newPatron = z.object({
  englishName: z.string(),
  chineseName: known,
  identityNumber: known,
  birthCertificateNumber: known,
  dateOfBirth: z.string(),
  addressLines: z.array(z.string()).readonly(),
  addressProven: z.boolean(),
  telephone: known,
  email: known,
  guarantor: z.object({ name: z.string(), telephone: known }).nullable(),
});

/**
 * The number of the patron whom the stranger is registered as. The registry takes no reference, and one patron for each
 * document: where it has the document already, after a silence that was our own doing, it tells who it is (R7). Throws
 * `Refused` where that is somebody else.
 */
export async function registered({ desk, signal }: CardTask, stranger: NewPatron | null): Promise<string> {
  if (stranger === null) throw new Error('there is neither a patron nor a stranger');
  const answer = await desk.patrons.register(stranger, signal);
  if ('patron' in answer) return answer.patron.number;
  if (answer.refused === 'INVALID') {
    throw new Refused({
      code: 'INVALID',
      message: 'The registry does not take this record: compare what was filled in.',
      field: ['applicationId'],
    });
  }
  const { identityNumber, birthCertificateNumber } = stranger;
  const found =
    (identityNumber === null
      ? null
      : await desk.patrons.findByDocument({ kind: 'HKID', number: identityNumber }, signal)) ??
    (birthCertificateNumber === null
      ? null
      : await desk.patrons.findByDocument(
          { kind: 'BIRTH_CERTIFICATE', number: birthCertificateNumber },
          signal,
        ));
  if (found !== null && isSame(found, stranger)) return found.number;
  throw new Refused(problem('ALREADY_REGISTERED', 'applicationId'));
}

const isSame = (patron: Patron, { englishName, dateOfBirth }: NewPatron): boolean =>
  patron.englishName === englishName && patron.dateOfBirth === dateOfBirth;
