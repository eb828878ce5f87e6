import { z } from 'zod';
import type { Patron } from '../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import {
  amendmentProblems,
  contactChangesOf,
  type PatronProblem,
  versionConflict,
} from '../rules/contact-amendment.ts';

const amendment = z.object({
  patronId: z.string(),
  version: z.string(),
  addressLines: z.array(z.string()).readonly().nullable().exactOptional(),
  addressProofShown: z.boolean().nullable().exactOptional(),
  telephone: z.string().nullable().exactOptional(),
  email: z.string().nullable().exactOptional(),
});
const input = z.object({ amendment, isStaff: z.boolean() });
type Input = z.infer<typeof input>;

const changes = z.object({
  addressLines: z.array(z.string()).readonly().exactOptional(),
  addressProven: z.boolean().exactOptional(),
  telephone: z.string().nullable().exactOptional(),
  email: z.string().nullable().exactOptional(),
});
const plan = z.object({ patronId: z.string(), version: z.string(), changes });
type Plan = z.infer<typeof plan>;

/**
 * Changes how a patron is reached, if the record still has the version that was read. It had when this was prepared: another
 * version may be our own doing, after a silence, or of whoever goes on with it at this moment. Then the record says what was
 * asked for.
 */
export const amendContact: Procedure<PatronServices, Input, Plan> = {
  kind: 'AMEND_CONTACT',
  input,
  plan,
  async prepare({ services, signal }, { amendment: asked, isStaff }) {
    const [patron] = await services.patrons.findMany([asked.patronId], signal);
    if (patron == null) {
      throw new OperationRefused([notFound]);
    }
    const problems = amendmentProblems(asked, patron, isStaff);
    if (problems.length > 0) {
      throw new OperationRefused(problems);
    }
    const { addressLines, ...others } = contactChangesOf(asked, patron);
    return {
      patronId: asked.patronId,
      version: asked.version,
      changes: { ...others, ...(addressLines !== undefined && { addressLines: [...addressLines] }) },
    };
  },
  async carryOut({ services, signal }, { patronId, version, changes: asked }) {
    const answer = await services.patrons.amendContact(patronId, version, asked, signal);
    if ('patron' in answer) {
      return { patronId };
    }
    if (answer.refused === 'NOT_FOUND') {
      throw new OperationRefused([notFound]);
    }
    if (answer.refused === 'INVALID') {
      throw new OperationRefused([notTaken]);
    }
    const [patron] = await services.patrons.findMany([patronId], signal);
    if (patron == null || !says(patron, asked)) {
      throw new OperationRefused([versionConflict]);
    }
    return { patronId };
  },
};

function says(patron: Patron, asked: z.infer<typeof changes>): boolean {
  const { addressLines, ...others } = asked;
  const isAddress = addressLines === undefined || addressLines.join('\n') === patron.addressLines.join('\n');
  return isAddress && Object.entries(others).every(([field, value]) => Reflect.get(patron, field) === value);
}

const notFound: PatronProblem = {
  code: 'NOT_FOUND',
  message: 'There is no such patron.',
  field: ['patronId'],
};
const notTaken: PatronProblem = {
  code: 'INVALID',
  message: 'The registry does not take this record: compare what was given.',
  field: null,
};
